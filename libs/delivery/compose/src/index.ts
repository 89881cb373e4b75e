export { composeError, composeErrors } from './compose-errors.ts';
export { type ComposeTargetOptions, createComposeTarget } from './compose-target.ts';
