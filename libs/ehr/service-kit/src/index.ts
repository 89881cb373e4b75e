export { commonVariables, identityOf, portVariable, proxiesVariable } from './common-variables.ts';
export { describeError, type ErrorDescription } from './describe-error.ts';
export { isNearHost } from './near-host.ts';
export { readEnvironment } from './read-environment.ts';
export { secretsFromFiles } from './secrets-from-files.ts';
export { SERVICE_HEADER, type ServiceTokens, serviceTokens } from './service-tokens.ts';
export { sessionSecretOf, sessionSecretVariable } from './session-secret.ts';
export { exitStatusOf, StartError, type StartFault } from './start-error.ts';
