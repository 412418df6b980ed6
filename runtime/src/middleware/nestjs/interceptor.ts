import type { IncomingMessage } from 'node:http';
import type { NestInterceptor } from '@nestjs/common';
// rxjs itself has it from 7.2 on
import { tap } from 'rxjs/operators';
import { exchangeOf } from '../node/index.ts';

/** Notes what handlers throw, for the event of their request: exception filters make responses of it, which tell no more. */
export const interceptor: NestInterceptor = {
  intercept(context, next) {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<IncomingMessage & { raw?: IncomingMessage }>();
    return next.handle().pipe(
      tap({
        error: (error) => {
          const exchange = exchangeOf(request.raw ?? request);
          if (exchange !== undefined) exchange.error = error;
        },
      }),
    );
  },
};
