import { describesImage } from '@ehr/delivery-attest';
import {
  compareRunning,
  type Digest,
  freezeOf,
  isBlocked,
  PROVENANCE_TYPE,
  SBOM_TYPE,
  shortDigest,
} from '@ehr/delivery-core';
import type { Referrer } from '@ehr/delivery-registry';
import { type Answer, type Check, fail, ok, unknown, warn } from '../finding.ts';
import type { Subject } from '../open-subject.ts';

/** The image the environment’s tag names: what it is, what is attached to it, whether it runs, and what stands in its way. */
export const imageChecks = {
  'environment-tag': async (subject) => {
    const image = await subject.image();
    const { environment } = subject;
    if (image !== null) return ok(`${environment} names ${shortDigest(image.digest)}`);
    const message = `there is no tag ${environment}`;
    // A webhook deploys what the tag names; every other way moves it first.
    return (await subject.via()) === 'webhook' ? fail(message) : warn(message);
  },
  'image-platforms': async (subject) => {
    const image = await subject.image();
    if (image === null) return noImage(subject);
    const { platforms } = await subject.facts();
    const missing = platforms.filter((platform) => !image.platforms.includes(platform));
    if (missing.length === 0) return ok(platforms.join(', '));
    return fail(`${missing.join(', ')} missing; it has ${image.platforms.join(', ')}`);
  },
  'supply-chain': async (subject) => {
    const image = await subject.image();
    if (image === null) return noImage(subject);
    const referrers = await subject.referrers();
    const attached = await referrers.list(image.digest);
    const [sbom, provenance] = [SBOM_TYPE, PROVENANCE_TYPE].map((type) =>
      attached.find(({ artifactType }) => artifactType === type),
    );
    if (sbom === undefined || provenance === undefined) return notAttached(subject, sbom, provenance);
    const [bom, statement] = await Promise.all(
      [sbom, provenance].map(({ digest }) => referrers.fetch(digest)),
    );
    if (bom?.subject !== image.digest) return fail(`the SBOM is about ${named(bom?.subject)}`, TAMPERED);
    if (statement?.subject !== image.digest)
      return fail(`the provenance is attached to ${named(statement?.subject)}`, TAMPERED);
    const problem = describesImage(statement.text, image);
    if (problem !== null) return fail(problem, TAMPERED);
    return signature(subject, [image.digest, sbom.digest, provenance.digest]);
  },
  'running-image': async (subject) => {
    const image = await subject.image();
    if (image === null) return noImage(subject);
    const { service, environment } = subject;
    const answer = await subject.answer();
    const { state, report } = compareRunning(answer?.probe ?? null, {
      service,
      environment,
      fingerprint: image.fingerprint,
    });
    if (report === null || state === 'wrong-service') {
      return unknown('the service does not say what it is', 'See `public-route`.');
    }
    const runs = report.fingerprint.slice(0, 12);
    if (report.fingerprint === image.fingerprint) return ok(`runs ${runs}, which tag ${environment} names`);
    const message = `runs ${runs}, while tag ${environment} names ${image.fingerprint.slice(0, 12)}`;
    return freezeOf((await subject.journal()).entries, environment) === undefined
      ? fail(message)
      : warn(`${message}, after a rollback`);
  },
  'image-blocked': async (subject) => {
    const image = await subject.image();
    if (image === null) return noImage(subject);
    const digest = shortDigest(image.digest);
    return isBlocked((await subject.journal()).entries, subject.environment, image.digest)
      ? fail(`${digest} is blocked`)
      : ok(`${digest} is not blocked`);
  },
  'environment-frozen': async (subject) => {
    const { environment } = subject;
    const freeze = freezeOf((await subject.journal()).entries, environment);
    return freeze === undefined
      ? ok('not frozen')
      : warn(`frozen at ${shortDigest(freeze.digest)}, by entry ${freeze.sequence} of the journal`);
  },
  journal: async (subject) => {
    const { entries, problems } = await subject.journal();
    const last = entries.at(-1);
    if (problems.length > 0) return warn(problems.join('; '));
    if (last === undefined) return ok('nothing happened yet');
    const isWhole = `whole; its newest document is number ${last.sequence}`;
    if ((await (await subject.registry()).listsFrom()) !== false) return ok(isWhole);
    return warn(`${isWhole}; the registry lists all its tags for each search, from the first`, SLOW_LIST);
  },
  'deploy-running': async (subject) => {
    const { environment } = subject;
    const holder = await subject.lockHolder(environment);
    if (holder === null) return ok('no other run is at work');
    return warn(`${holder} is at work, or was killed less than a minute ago or so`);
  },
} satisfies Record<string, Check>;

const SLOW_LIST =
  'It costs one request for every 100 tags: set JOURNAL_REPOSITORY, and let the registry delete old tags of images.';

/** For the checks of an image that is not there yet. */
async function noImage(subject: Subject): Promise<Answer> {
  const { environment } = subject;
  return unknown(`there is no tag ${environment}`, 'Deploy the service to the environment first.');
}

const TAMPERED = 'Somebody else wrote to the repository: find out who, and deploy a new image.';
const NEXT_IMAGE = 'The next image that is built gets both; an image that is there already stays as it is.';

/** An image from before there was any of it is no reason to fail, unless signatures are checked here. */
async function notAttached(
  subject: Subject,
  sbom: Referrer | undefined,
  provenance: Referrer | undefined,
): Promise<Answer> {
  const { cosign } = await subject.signatures();
  if (sbom === undefined && provenance === undefined) {
    const message = 'neither an SBOM nor a provenance is attached';
    return cosign === null ? warn(message, NEXT_IMAGE) : fail(message, NEXT_IMAGE);
  }
  return fail(`there is no ${sbom === undefined ? 'SBOM' : 'provenance'}`, TAMPERED);
}

async function signature(subject: Subject, digests: readonly Digest[]): Promise<Answer> {
  const { cosign, asked } = await subject.signatures();
  const there = 'SBOM and provenance are attached';
  if (cosign === null) {
    return asked
      ? warn(`${there}; only the workflow itself can tell whether it signed them`, VERIFY_BY_HAND)
      : warn(`${there}; nobody checks a signature`);
  }
  for (const [position, digest] of digests.entries()) {
    const what = ['the image', 'the SBOM', 'the provenance'][position] ?? shortDigest(digest);
    const verdict = await cosign.verify(digest);
    if (verdict.kind === 'unsigned') return fail(`${what} is not signed`, SIGN_BY_HAND);
    if (verdict.kind === 'refused')
      return fail(`the signature of ${what} does not hold: ${verdict.reason}`, TAMPERED);
  }
  return ok(`${there} and signed, like the image`);
}

const VERIFY_BY_HAND = 'Verify it as docs/SUPPLY_CHAIN.md shows.';
const SIGN_BY_HAND =
  'Deploys sign what they build when COSIGN_PRIVATE_KEY is set; an image that is there already is signed with `cosign sign`.';

function named(digest: Digest | null | undefined): string {
  return digest ? shortDigest(digest) : 'nothing';
}
