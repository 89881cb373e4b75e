import type { Acceptance, GateFinding } from './gate-model.ts';

/**
 * The findings, of which those that were accepted no longer refuse the image; and a warning for each acceptance that
 * nothing needs any more. What a secret of this very run is found in cannot be accepted.
 */
export function acceptFindings(
  findings: readonly GateFinding[],
  accepted: readonly Acceptance[],
): readonly GateFinding[] {
  const used = new Set<Acceptance>();
  const judged = findings.map((finding) => {
    const acceptance =
      finding.rule === 'known-secret' ? undefined : accepted.find((one) => isAbout(one, finding));
    if (acceptance === undefined) return finding;
    used.add(acceptance);
    const message = `Accepted: ${acceptance.reason} (${finding.message})`;
    return { ...finding, severity: 'accepted', message } as const;
  });
  const unused = accepted.filter((acceptance) => !used.has(acceptance));
  return [
    ...judged.filter(({ severity }) => severity !== 'accepted'),
    ...unused.map(({ rule, file }) => ({
      rule: 'unused-acceptance' as const,
      severity: 'warn' as const,
      where: file,
      message: `Nothing there breaks the rule ${rule} any more: take the acceptance out.`,
    })),
    ...judged.filter(({ severity }) => severity === 'accepted'),
  ];
}

function isAbout({ rule, file }: Acceptance, finding: GateFinding): boolean {
  const place = finding.where.replace(/^(?:\w+\/[\w/]+(?:, )?)*\s*/, '').replace(/^layer \w+: /, '');
  return rule === finding.rule && file === place.replace(/\[\d+\]/g, '');
}
