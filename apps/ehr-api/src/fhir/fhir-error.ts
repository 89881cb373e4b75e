import type { Issue, IssueCode } from '@ehr/fhir';

/** A refusal with its HTTP status; the client gets the issues as an OperationOutcome. */
export class FhirError extends Error {
  override readonly name = 'FhirError';
  readonly status: number;
  readonly issues: readonly Issue[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, issues: readonly Issue[], headers: Readonly<Record<string, string>> = {}) {
    super(`HTTP ${status}`);
    this.status = status;
    this.issues = issues;
    this.headers = headers;
  }
}

/** An error with one issue, to be thrown; `status` is the HTTP status. */
export function refusal(
  status: number,
  code: IssueCode,
  diagnostics: string,
  expression?: string,
): FhirError {
  return new FhirError(status, [{ code, diagnostics, ...(expression ? { expression } : {}) }]);
}

/** A method that an address does not take; `allow` names those that it takes. */
export function methodRefused(allow: string): FhirError {
  const diagnostics = `This address does not take this method; it takes ${allow}.`;
  return new FhirError(405, [{ code: 'not-supported', diagnostics }], { allow });
}
