import { parse } from 'semver';
import type { GithubEvent } from '../box/repository.ts';

/** The order in which that action goes through its rules; the first that makes a tag decides on `latest`. */
const PRIORITY = ['semver', 'ref', 'raw', 'sha'];

/**
 * The tags that docker/metadata-action v5 makes of its `tags:`, as far as the rules semver, ref, raw and sha go, with
 * the flavor it has by default. Expressions are resolved before. Compared with its source, of which
 * @nx-tools/container-metadata is a port: `{{branch}}` is empty unless a branch was pushed; a prerelease is its full
 * version under every semver pattern; characters that no tag may have become `-`, but a `-` in front stays.
 */
export function metadataTags(rules: string, event: GithubEvent): string[] {
  const tags = new Set<string>();
  let latest: boolean | undefined;
  const add = (tag: string, makesLatest: boolean) => {
    if (tag === '') return;
    tags.add(tag.replace(/[^\w.-]+/g, '-'));
    latest ??= makesLatest;
  };
  const lines = rules.split('\n').filter((text) => text.trim() !== '');
  const all = lines.map((line): Record<string, string> =>
    Object.fromEntries(line.trim().split(',').map(pairOf)),
  );
  const priority = ({ type = '' }: Record<string, string>) => PRIORITY.indexOf(type);
  for (const attributes of all.sort((a, b) => priority(a) - priority(b))) {
    const { type, value = '', pattern = '', enable = 'true', event: kind = '' } = attributes;
    if (enable !== 'true') continue;
    const prefix = (attributes['prefix'] ?? defaultPrefix(type, kind)).replace('{{branch}}', branchOf(event));
    if (type === 'raw') add(`${prefix}${value}`, false);
    else if (type === 'sha') add(`${prefix}${event.sha.slice(0, 7)}`, false);
    else if (type === 'ref') add(refTag(kind, prefix, event), kind === 'tag');
    else if (type === 'semver') add(...semverTag(pattern, event));
    else throw new Error(`metadataTags does not know the rule ${type}`);
  }
  return [...tags, ...(latest === true ? ['latest'] : [])].filter(
    (tag, index, all) => all.indexOf(tag) === index,
  );
}

function pairOf(text: string): [string, string] {
  const equals = text.indexOf('=');
  return [text.slice(0, equals), text.slice(equals + 1)];
}

function branchOf({ ref }: GithubEvent): string {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : '';
}

function defaultPrefix(type = '', kind = ''): string {
  if (type === 'sha') return 'sha-';
  return type === 'ref' && kind === 'pr' ? 'pr-' : '';
}

function refTag(kind: string, prefix: string, { ref }: GithubEvent): string {
  const folder = { branch: 'heads', tag: 'tags', pr: 'pull' }[kind] ?? '';
  if (!ref.startsWith(`refs/${folder}/`)) return '';
  return `${prefix}${ref.replace(`refs/${folder}/`, '').replace(/\/merge$/, '')}`;
}

function semverTag(pattern: string, { ref }: GithubEvent): [string, boolean] {
  const version = ref.startsWith('refs/tags/')
    ? parse(ref.slice('refs/tags/'.length), { loose: true })
    : null;
  if (version === null) return ['', false];
  if (version.prerelease.length > 0) return [version.version, false];
  const { major, minor, patch } = version;
  const values: Readonly<Record<string, string | number>> = { version: version.version, major, minor, patch };
  return [pattern.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? '')), true];
}
