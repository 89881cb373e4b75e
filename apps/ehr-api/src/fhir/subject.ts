/** Of what type resources are asked for; which one, or in which patient's compartment. */
export function subjectOf(path: readonly string[]): {
  readonly type: string;
  readonly id: string | null;
  readonly patient: string | null;
} {
  // prettier-ignore
  const [first = '', second, third] = path;
  const isWord = (segment: string | undefined) => segment === undefined || /^[_$*]/u.test(segment);
  if (isWord(third)) return { type: first, id: isWord(second) ? null : (second ?? null), patient: null };
  return { type: third ?? '', id: null, patient: second ?? null };
}
