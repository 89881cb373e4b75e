/** Facts on which it depends where the base image comes from. */
export interface BaseImageFacts {
  /** What the engine holds under the name. */
  readonly inEngine: 'nothing' | 'stand-in' | 'image';
  /** Docker Hub answers, or the engine has mirrors of it. */
  readonly hubReachable: boolean;
  /** Debian, whose packages the stand-in is made of. */
  readonly debian: boolean;
  /** The engine keeps images in containerd's store, which can hold two platforms under one name. */
  readonly containerdStore: boolean;
}

export type BaseImageChoice =
  | { readonly kind: 'ready'; readonly detail: string }
  | { readonly kind: 'drop-stand-in' }
  | { readonly kind: 'assemble' }
  | { readonly kind: 'explain'; readonly message: string; readonly hint: string };

/** The official image wherever it can be had; the stand-in only where Docker Hub cannot be reached. */
export function chooseBaseImage(facts: BaseImageFacts): BaseImageChoice {
  if (facts.hubReachable)
    return facts.inEngine === 'stand-in'
      ? { kind: 'drop-stand-in' }
      : { kind: 'ready', detail: 'Docker Hub is reachable' };
  if (facts.inEngine === 'stand-in') return { kind: 'ready', detail: 'stand-in, already in the engine' };
  if (facts.inEngine === 'image') return { kind: 'ready', detail: 'already in the engine' };
  if (facts.debian && facts.containerdStore) return { kind: 'assemble' };
  return {
    kind: 'explain',
    message: 'Docker Hub cannot be reached, and no stand-in for the base image can be made here',
    hint: 'Connect to the network, or configure a mirror (`registry-mirrors` in /etc/docker/daemon.json).',
  };
}
