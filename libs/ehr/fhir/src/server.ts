/* What a server needs of FHIR: tables of all types. A page of the web app wants none of it. */
export type {
  Area,
  Criterion,
  DateMatch,
  OfType,
  QuantityMatch,
  ReferenceMatch,
  StringMatch,
  TokenMatch,
  UriMatch,
} from './criterion.ts';
export { BEGINNING } from './date-entries.ts';
export { type DatePrefix, datePrefixes } from './date-prefix.ts';
export { compartmentParameters, isResourceType, resourceTypes, typeDefinition } from './definitions.ts';
export {
  controlParameters,
  type Include,
  parseSearch,
  type Search,
  type SearchLimits,
  type SortKey,
} from './parse-search.ts';
export {
  printPretty,
  printResource,
  readEntryTexts,
  readResourceText,
  replaceStrings,
  type ResourceText,
  UnacceptableText,
} from './resource-text.ts';
export { type Aspect, type SearchEntry, type Target, targetOf } from './search-entries.ts';
export {
  clinicalDateOf,
  type SearchParameter,
  searchParameterOf,
  searchParametersOf,
} from './search-parameters.ts';
export { validateResource } from './validate-resource.ts';
export { type Link, linksOf } from './visit-links.ts';
