import type { GateFinding, Sight } from './gate-finding.ts';
import { redactKeys } from './secrets/find-keys.ts';
import type { KnownSecretFinder } from './secrets/known-secrets.ts';
import { printable } from './secrets/mask-secret.ts';

/** One finding for what was seen on several platforms; refusals first, otherwise in the order they were seen. */
export function mergeSights(
  seen: readonly { readonly platform: string; readonly sights: readonly Sight[] }[],
  secrets: KnownSecretFinder,
): readonly GateFinding[] {
  // Names of files, variables and labels are the image's own words and may be a secret themselves.
  const clean = (text: string) => printable(redactKeys(secrets.redact(text)));
  const merged = new Map<string, { sight: Sight; platforms: Set<string> }>();
  for (const { platform, sights } of seen) {
    for (const sight of sights) {
      const key = JSON.stringify([sight.rule, sight.place, sight.sentence]);
      const known = merged.get(key) ?? { sight, platforms: new Set() };
      known.platforms.add(platform);
      merged.set(key, known);
    }
  }
  const findings = [...merged.values()].map(({ sight: { place, sentence, ...sight }, platforms }) => ({
    ...sight,
    where: clean([[...platforms].filter(Boolean).join(', '), place].filter(Boolean).join(' ')) || 'image',
    sentence: clean(sentence),
  }));
  return findings.sort((a, b) => Number(a.severity === 'warn') - Number(b.severity === 'warn'));
}
