/** What keeps a service from starting: a setting that only a person mends, or something it needs that may come yet. */
export type StartFault = 'setting' | 'dependency';

/** A reason not to start. The message is written for the operator and holds no secret and no patient data. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly code: string;
  readonly fault: StartFault;

  constructor(code: string, fault: StartFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.fault = fault;
  }
}

/** EX_CONFIG and EX_TEMPFAIL of sysexits.h. */
const EXIT_STATUS: Readonly<Record<StartFault, number>> = { setting: 78, dependency: 75 };

/**
 * The status a service exits with: 78 for a setting that is missing or wrong, 75 for a dependency that is not there, and
 * 1 for everything else. Who rolls the service out learns from it whether the image or its place is at fault.
 */
export function exitStatusOf(error: unknown): number {
  return error instanceof StartError ? EXIT_STATUS[error.fault] : 1;
}
