import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a request shows the secret. Takes as long for one that is nearly right as for any other. */
export function showsToken(request: Request, token: string | undefined): boolean {
  const [, shown] = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  return token !== undefined && shown !== undefined && timingSafeEqual(digest(shown), digest(token));
}

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
