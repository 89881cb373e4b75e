import type { OperationOutcome, OperationOutcomeIssue } from 'fhir/r4';

/** The issue codes (http://hl7.org/fhir/issue-type) this project uses. */
export type IssueCode =
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'invalid'
  | 'not-supported'
  | 'not-found'
  | 'deleted'
  | 'duplicate'
  | 'multiple-matches'
  | 'processing'
  | 'transient'
  | 'conflict'
  | 'too-long'
  | 'too-costly'
  | 'exception'
  | 'throttled'
  | 'login'
  | 'expired'
  | 'forbidden'
  | 'timeout';

/** One thing that is wrong, in a sentence that never repeats the value: values are patient data. */
export interface Issue {
  readonly code: IssueCode;
  readonly diagnostics: string;
  /** FHIRPath of the element, e.g. `Patient.name[0].family`; for a search, `http.<parameter>`. */
  readonly expression?: string;
}

/** The OperationOutcome that lists these issues. */
export function operationOutcome(issues: readonly Issue[]): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue: issues.map(toFhirIssue) };
}

/** Reads an answer from a server; anything that is not an OperationOutcome gives no issues. */
export function readOperationOutcome(value: unknown): readonly OperationOutcomeIssue[] {
  const outcome = value as Partial<OperationOutcome> | null;
  return outcome?.resourceType === 'OperationOutcome' && Array.isArray(outcome.issue) ? outcome.issue : [];
}

function toFhirIssue({ code, diagnostics, expression }: Issue): OperationOutcomeIssue {
  return { severity: 'error', code, diagnostics, ...(expression ? { expression: [expression] } : {}) };
}
