export { HttpError, isTransient, retry } from './retry.ts';
