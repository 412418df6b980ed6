/** Why a request as a whole is not taken. */
export class Rejection {
  readonly status: number;
  /** Stable, such as `PAN3311`. */
  readonly code: string;
  /** What is wrong and what to do, for the developer of the client; holds no secret. */
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.code = code;
    this.message = message;
    this.headers = headers;
  }
}
