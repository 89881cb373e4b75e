export { dateRange, type DateRange } from './date-range.ts';
export { datePrefixes, type DatePrefix } from './date-prefix.ts';
export { normalizeSearchString } from './normalize-search-string.ts';
export { operationOutcome, readOperationOutcome, type Issue, type IssueCode } from './operation-outcome.ts';
export { controlParameters, parseSearch, type Search } from './parse-search.ts';
export type { Criterion, DateMatch, StringMatch, TokenMatch } from './search-criterion.ts';
export { patientSearchParameters, type SearchEntry, type SearchParameter } from './search-parameters.ts';
export { validatePatient } from './validate-patient.ts';
