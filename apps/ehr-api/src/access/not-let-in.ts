/** Somebody is not let in: without a token that holds (401), to a tenant that is not here (403), or while that cannot be told (503). */
export class NotLetIn extends Error {
  override readonly name = 'NotLetIn';
  readonly status: 401 | 403 | 503;
  readonly code: 'login' | 'expired' | 'forbidden' | 'transient';
  /** Of the answer. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: NotLetIn['status'],
    code: NotLetIn['code'],
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}
