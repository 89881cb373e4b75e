export { commonVariables, identityOf, portVariable } from './common-variables.ts';
export { describeError, type ErrorDescription } from './describe-error.ts';
export { readEnvironment } from './read-environment.ts';
export { exitStatusOf, StartError, type StartFault } from './start-error.ts';
