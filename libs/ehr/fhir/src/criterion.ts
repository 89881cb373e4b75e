import type { DatePrefix } from './date-prefix.ts';
import type { DateRange } from './date-range.ts';

/**
 * One search parameter with the values of which at least one must match. `parameter` is the name of one of the type's
 * parameters; `code:text` and `subject:identifier` are what these modifiers look at, and `component-code-value-quantity.code`
 * a part of a composite.
 */
export type Criterion =
  | { readonly type: 'id'; readonly anyOf: readonly string[] }
  | { readonly type: 'string'; readonly parameter: string; readonly anyOf: readonly StringMatch[] }
  /** `not`: none of them, also where there is no value. */
  | { readonly type: 'token'; readonly parameter: string; readonly anyOf: readonly TokenMatch[]; readonly not?: true } // prettier-ignore
  | { readonly type: 'date'; readonly parameter: string; readonly anyOf: readonly DateMatch[] }
  | { readonly type: 'lastUpdated'; readonly anyOf: readonly DateMatch[] }
  | { readonly type: 'reference'; readonly parameter: string; readonly anyOf: readonly ReferenceMatch[] }
  | { readonly type: 'uri'; readonly parameter: string; readonly anyOf: readonly UriMatch[] }
  /** A number, too: it has no unit. */
  | { readonly type: 'quantity'; readonly parameter: string; readonly anyOf: readonly QuantityMatch[] }
  | { readonly type: 'near'; readonly parameter: string; readonly anyOf: readonly Area[] }
  /** Whether there is no value at all; with `isSortable`, none that has an order. */
  | {
      readonly type: 'missing';
      readonly parameter: string;
      readonly missing: boolean;
      readonly isSortable?: true;
    }
  /** Of each of `anyOf`, parts that one element meets together. */
  | {
      readonly type: 'composite';
      readonly parameter: string;
      readonly anyOf: readonly (readonly Criterion[])[];
    }
  | { readonly type: 'or'; readonly anyOf: readonly Criterion[] }
  | { readonly type: 'and'; readonly allOf: readonly Criterion[] }
  /** What it refers to meets one of these. */
  | { readonly type: 'chain'; readonly parameter: string; readonly anyOf: readonly OfType[] }
  /** A resource that meets this refers to it by `parameter`. */
  | ({ readonly type: 'has'; readonly parameter: string } & { readonly from: OfType })
  /** It stands in one of these lists. */
  | { readonly type: 'list'; readonly anyOf: readonly string[] }
  /** What belongs to a patient's chart. */
  | { readonly type: 'compartment'; readonly patient: string };

/** A criterion of resources of a type. */
export interface OfType {
  readonly type: string;
  readonly criterion: Criterion;
}

/** How a text is compared with a value. */
export interface StringMatch {
  readonly how: 'starts' | 'contains' | 'exact';
  /** Normalised, except for `exact`. */
  readonly text: string;
}

/** `system` undefined: any; empty: none. `code` undefined: any code of the system. */
export interface TokenMatch {
  readonly system?: string;
  readonly code?: string;
}

/**
 * `above`: what the address lies under, and itself · `below`: what lies under it, and itself · `canonical`: in any version,
 * where none is given.
 */
export interface UriMatch {
  readonly how: 'is' | 'above' | 'below' | 'canonical';
  readonly uri: string;
}

/** Without a type: a resource with this id of any type that the parameter may lead to. */
export interface ReferenceMatch {
  readonly targetTypes: readonly string[];
  readonly targetId: string;
}

/** How a period is compared with a value. */
export interface DateMatch {
  readonly prefix: DatePrefix;
  readonly range: DateRange;
}

/**
 * How an amount is compared: `eq` and `ne` with all that rounds to it, from `low` up to but not including `high`; `ap` with
 * what lies within; the others with `value`.
 */
export interface QuantityMatch {
  readonly prefix: DatePrefix;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Any unit; one of this name or code; or one of a system, in its base units (`key`). */
  readonly unit: { readonly any: true } | { readonly named: string } | { readonly key: string };
}

/** What lies around a place: degrees and metres. */
export interface Area {
  readonly latitude: number;
  readonly longitude: number;
  readonly metres: number;
}
