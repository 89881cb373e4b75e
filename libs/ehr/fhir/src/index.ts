export { type DateRange, dateRange } from './date-range.ts';
export { normalizeSearchString } from './normalize-search-string.ts';
export { type Issue, type IssueCode, operationOutcome, readOperationOutcome } from './operation-outcome.ts';
