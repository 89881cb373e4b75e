/** What the simulated workspace deploys, and where to; an environment follows a branch of its own. */
export const services = ['ehr-api', 'ehr-web'] as const;
/** The environments of the simulated workspace. */
export const places = ['staging', 'prod'] as const;

/** A service of the simulated workspace. */
export type Service = (typeof services)[number];
/** An environment of the simulated workspace. */
export type Place = (typeof places)[number];

/** How a run of CI goes, apart from what the delivery itself decides. */
export type Fate =
  | { readonly kind: 'undisturbed' }
  /** Superseded while it waited (concurrency): there is no run at all. */
  | { readonly kind: 'skipped' }
  /** Tests fail: nothing was deployed. */
  | { readonly kind: 'red-before' }
  /** Cancelled when the first service was through. */
  | { readonly kind: 'half' }
  /** Killed at the nth thing it asks of the world, before or after the world acted on it. */
  | { readonly kind: 'killed'; readonly at: number; readonly acted: boolean }
  /** The nth thing it asks of registry or target fails, once. */
  | { readonly kind: 'fault'; readonly at: number };

/** One thing that happens in a history. */
export type HistoryEvent =
  /** `touches` nothing: documents, workflows. `where` both: a change on main that was merged everywhere. */
  | { readonly type: 'commit'; readonly touches: readonly Service[]; readonly where: readonly Place[] }
  /** A commit whose content is that of some commits ago. */
  | { readonly type: 'revert'; readonly back: number; readonly where: Place }
  /** The branch is pushed back: its last commits are gone. */
  | { readonly type: 'force-push'; readonly back: number; readonly where: Place }
  | { readonly type: 'run'; readonly where: Place; readonly fate: Fate }
  /** Somebody runs CI again for an older commit. */
  | { readonly type: 're-run'; readonly back: number; readonly where: Place }
  /** A person rolls back to the previous release, which holds the environment. */
  | { readonly type: 'rollback'; readonly service: Service; readonly where: Place }
  /** A person deploys the head of the branch by hand, lifting hold and block. */
  | { readonly type: 'lift'; readonly service: Service; readonly where: Place; readonly fate: Fate }
  /** The content of the head never becomes healthy, until it is healed. */
  | { readonly type: 'sicken' | 'heal'; readonly service: Service; readonly where: Place }
  /** What runs is another image than was deployed: a server restored from its backup, somebody's hand. */
  | { readonly type: 'drift'; readonly service: Service; readonly where: Place };

/** A commit: who it follows, and a number for each service's content. */
export interface Commit {
  readonly id: string;
  readonly parent: Commit | null;
  readonly content: Readonly<Record<Service, number>>;
}

/** The commit and those before it, newest first. */
export function ancestry(head: Commit): readonly Commit[] {
  const line: Commit[] = [];
  for (let commit: Commit | null = head; commit !== null; commit = commit.parent) line.push(commit);
  return line;
}
