/** Letters that Unicode does not decompose, yet people type without their stroke. */
const PLAIN: Readonly<Record<string, string>> = {
  ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ı: 'i', ħ: 'h', ŧ: 't', '’': "'", '‘': "'", ʼ: "'", '‐': '-', '‑': '-',
}; // prettier-ignore

/**
 * The form in which strings are stored and searched: without case, accents or doubled spaces, as FHIR asks of
 * string search (http://hl7.org/fhir/R4/search.html#string). Normalising twice changes nothing.
 */
export function normalizeSearchString(value: string): string {
  let before = value;
  let after = fold(before);
  // One folding can uncover another (an upper-case form that decomposes); two or three rounds settle it.
  while (after !== before) [before, after] = [after, fold(after)];
  return after;
}

function fold(value: string): string {
  return value
    .toUpperCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{ASCII}]/gu, (letter) => PLAIN[letter] ?? letter)
    .replaceAll(/\s+/gu, ' ')
    .trim();
}
