export { HttpError, isTransient, retry } from './retry.ts';
export type { HttpFailure, RetryOptions } from './retry.ts';
