import { setTimeout as wait } from 'node:timers/promises';
import type { DeployConfig, DeployOutcome, RunningState } from '@ehr/testing-fakes';
import { isOfNew, type Kind, type Stage } from './stage.ts';

/** Something bad that the platform does, and how a deploy has to end then. */
export interface Scenario {
  readonly name: string;
  readonly kind: Kind;
  /** The exit status: what the run says. */
  readonly ends: number;
  /** The image is to blame, and the next run has to lift its block. */
  readonly blocks?: boolean;
  arrange(stage: Stage): void | Promise<void>;
}

type OfNew = (
  config: DeployConfig,
  before: RunningState,
  stage: Stage,
) => Partial<DeployOutcome> | Promise<Partial<DeployOutcome>>;

/** The platform fails with the new image alone: what ran before can be put back. */
const withNew = (play: OfNew) => (stage: Stage) =>
  stage.platform((config, before) => (isOfNew(config, stage) ? play(config, before, stage) : undefined));

const becomes =
  (health: RunningState['health'], status: 'done' | 'error' = 'done'): OfNew =>
  (config, _before, stage) => ({
    status,
    log: 'the platform’s log',
    running: { images: health === 'absent' ? {} : { 'ehr-api': stage.newImage }, env: config.env, health },
  });

/** Down for a moment at the first request of this kind; `frozen`: its queue had not begun with ours. */
function restart(stage: Stage, at: string, held: boolean): void {
  let down = false;
  if (held) stage.fake.queue.hold();
  stage.inject((request) => {
    if (down || request.kind !== at) return undefined;
    if (!stage.requests.some(({ kind }) => kind.endsWith('.deploy'))) return undefined;
    down = true;
    void stage.fake
      .goDown()
      .then(() => stage.fake.comeUp())
      .then(() => stage.fake.queue.release());
    return { kind: 'reset' };
  });
}

/** What Dokploy and the engine do to a deploy by themselves. Statuses are those of docs/ERRORS.md. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'Dokploy restarts and loses its queue',
    kind: 'compose',
    ends: 16,
    arrange: (stage) => restart(stage, 'dokploy GET deployment.queueList', true),
  },
  {
    name: 'Dokploy restarts during the deploy, whose containers come up',
    kind: 'compose',
    ends: 0,
    arrange: (stage) => {
      stage.platform(async () => {
        await wait(250);
        return undefined;
      });
      restart(stage, 'dokploy GET deployment.allByCompose', false);
    },
  },
  {
    name: 'the engine runs a stale image',
    kind: 'compose',
    ends: 10,
    arrange: withNew((_config, before) => ({ status: 'done', running: before })),
  },
  {
    name: 'the image cannot be pulled',
    kind: 'compose',
    ends: 16,
    arrange: withNew((_config, before) => ({ status: 'error', log: 'not found', running: before })),
  },
  {
    name: 'the old version goes on answering 200',
    kind: 'compose',
    ends: 10,
    arrange: ({ running }) => running.freeze(),
  },
  {
    name: 'Swarm puts the old one back before anybody looked',
    kind: 'application',
    ends: 10,
    arrange: withNew((_config, before) => ({ status: 'done', running: before })),
  },
  {
    name: 'Swarm puts the old one back after the new one answered',
    kind: 'application',
    ends: 11,
    blocks: true,
    arrange: withNew((config, before, stage) => {
      stage.running.onAnswer((fingerprint) => {
        if (fingerprint === stage.images.new.fingerprint) Object.assign(stage.service.running, before);
      });
      return becomes('healthy')(config, before, stage);
    }),
  },
  { name: 'crash loop', kind: 'compose', ends: 12, blocks: true, arrange: withNew(becomes('restarting')) },
  {
    name: 'crash loop, told',
    kind: 'compose',
    ends: 12,
    blocks: true,
    arrange: withNew(becomes('restarting', 'error')),
  },
  {
    name: 'crash loop',
    kind: 'application',
    ends: 15,
    blocks: true,
    arrange: withNew(becomes('restarting')),
  },
  { name: 'unhealthy', kind: 'compose', ends: 13, blocks: true, arrange: withNew(becomes('unhealthy')) },
  { name: 'unhealthy', kind: 'application', ends: 13, blocks: true, arrange: withNew(becomes('unhealthy')) },
  { name: 'the port is taken', kind: 'compose', ends: 16, arrange: withNew(becomes('absent', 'error')) },
  {
    name: 'nobody reaches the service',
    kind: 'compose',
    ends: 30,
    arrange: ({ running }) => running.cutOff(),
  },
  {
    name: 'the key is taken away after the trigger',
    kind: 'compose',
    ends: 0,
    arrange: (stage) => {
      const refusal = { kind: 'status', status: 401, body: '{"message":"Unauthorized"}' } as const;
      stage.inject(({ side }) =>
        side === 'dokploy' && stage.requests.slice(0, -1).some(({ kind }) => kind.endsWith('.deploy'))
          ? refusal
          : undefined,
      );
    },
  },
];
