export { type DatePrefix, datePrefixes } from './date-prefix.ts';
export { type DateRange, dateRange } from './date-range.ts';
export { normalizeSearchString } from './normalize-search-string.ts';
export { type Issue, type IssueCode, operationOutcome, readOperationOutcome } from './operation-outcome.ts';
export { controlParameters, parseSearch, type Search } from './parse-search.ts';
export type { Criterion, DateMatch, StringMatch, TokenMatch } from './search-criterion.ts';
export { patientSearchParameters, type SearchEntry, type SearchParameter } from './search-parameters.ts';
export { validatePatient } from './validate-patient.ts';
