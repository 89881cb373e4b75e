export { createComposeTarget, type ComposeTargetOptions } from './compose-target.ts';
export { composeError, composeErrors } from './compose-errors.ts';
