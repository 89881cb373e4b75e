import { verify } from 'node:crypto';
import type { Documents } from '@ehr/delivery-core';
import type { Cosign } from './cosign.ts';

/** A text and cosign's signature of it (`cosign sign-blob`: ASN.1 over SHA-256, in base64). */
interface Signed {
  readonly document: string;
  readonly signature: string;
}

/**
 * Documents that carry their signature inside. The journal's are signed where there is a `signer`; with a `verifier`
 * those that it does not verify are read as null. Others, such as locks, are courtesies and stay as they are.
 */
export function signedDocuments(
  documents: Documents,
  { signer, verifier }: { readonly signer: Cosign | null; readonly verifier: Cosign | null },
): Documents {
  const isSigned = (tag: string) => tag.startsWith('journal');
  /** The newest document is written under two tags. */
  let last: { readonly text: string; readonly signed: string } | undefined;
  return {
    ...documents,
    read: async (tag) => {
      const text = await documents.read(tag);
      if (text === null || !isSigned(tag)) return text;
      const signed = parseSigned(text);
      if (verifier === null) return signed?.document ?? text;
      return signed !== null && holds(signed, await verifier.publicKey()) ? signed.document : null;
    },
    write: async (tag, text) => {
      if (signer === null || !isSigned(tag)) return documents.write(tag, text);
      if (last?.text !== text) {
        const signature = await signer.signText(text);
        last = { text, signed: JSON.stringify({ document: text, signature } satisfies Signed) };
      }
      await documents.write(tag, last.signed);
    },
  };
}

function parseSigned(text: string): Signed | null {
  try {
    const value = JSON.parse(text) as Partial<Signed> | null;
    const isOne = typeof value?.document === 'string' && typeof value.signature === 'string';
    return isOne ? (value as Signed) : null;
  } catch {
    return null;
  }
}

/** Verified here: the `cosign` program need not be installed to read a journal. */
function holds({ document, signature }: Signed, publicKey: string): boolean {
  try {
    return verify('sha256', Buffer.from(document), publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false; // Not a key, or not a signature of its kind.
  }
}
