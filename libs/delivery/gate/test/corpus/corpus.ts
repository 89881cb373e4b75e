import { type CorpusCase, type Material, material } from './corpus-case.ts';
import { bundledKeyLeaks } from './leaks-bundled-keys.ts';
import { imageConfigLeaks } from './leaks-image-config.ts';
import { keyLeaks } from './leaks-keys.ts';
import { literalLeaks } from './leaks-literals.ts';
import { settingsLeaks } from './leaks-settings.ts';
import { tokenLeaks } from './leaks-tokens.ts';
import { vendorLeaks } from './leaks-vendors.ts';
import { binaryLookAlikes } from './look-alikes-binaries.ts';
import { codeLookAlikes } from './look-alikes-code.ts';
import { documentLookAlikes } from './look-alikes-documents.ts';
import { hashLookAlikes } from './look-alikes-hashes.ts';
import { imageConfigLookAlikes } from './look-alikes-image-config.ts';
import { nameLookAlikes } from './look-alikes-names.ts';
import { placeholderLookAlikes } from './look-alikes-placeholders.ts';
import { publicKeyLookAlikes } from './look-alikes-public-keys.ts';
import { sealedLeaks } from './sealed-leaks.ts';
import { sealedLeaks2 } from './sealed-leaks-2.ts';
import { sealedLookAlikes } from './sealed-look-alikes.ts';
import { sealedLookAlikes2 } from './sealed-look-alikes-2.ts';

export interface CorpusPart {
  readonly leaks: readonly CorpusCase[];
  readonly lookAlikes: readonly CorpusCase[];
}

/** All cases, with material of `seed`: who writes the gate sees the open part only. */
export function corpus(seed: number): { readonly open: CorpusPart; readonly sealed: CorpusPart } {
  const m = material(seed);
  const made = (...parts: readonly ((m: Material) => readonly CorpusCase[])[]) =>
    parts.flatMap((part) => part(m));
  return {
    open: {
      leaks: made(
        tokenLeaks,
        vendorLeaks,
        keyLeaks,
        bundledKeyLeaks,
        settingsLeaks,
        literalLeaks,
        imageConfigLeaks,
      ),
      lookAlikes: made(
        hashLookAlikes,
        publicKeyLookAlikes,
        binaryLookAlikes,
        codeLookAlikes,
        nameLookAlikes,
        placeholderLookAlikes,
        documentLookAlikes,
        imageConfigLookAlikes,
      ),
    },
    sealed: {
      leaks: made(sealedLeaks, sealedLeaks2),
      lookAlikes: made(sealedLookAlikes, sealedLookAlikes2),
    },
  };
}
