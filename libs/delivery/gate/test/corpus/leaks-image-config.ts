import type { CorpusCase, Material } from './corpus-case.ts';
import { builtBy } from './filler.ts';
import { awsKeyId, awsSecret, githubToken } from './tokens.ts';

/** Secrets in the image's config. */
export const imageConfigLeaks = (m: Material): readonly CorpusCase[] => [
  {
    name: 'AWS secret access key in a variable of the image',
    env: ['NODE_ENV=production', `AWS_ACCESS_KEY_ID=${awsKeyId(m)}`, `AWS_SECRET_ACCESS_KEY=${awsSecret(m)}`],
  },
  {
    name: 'Authorization header of curl in the history',
    history: builtBy(
      `RUN /bin/sh -c curl -fsSL -H 'Authorization: Bearer ${m.base62(44)}' https://artifacts.clinic.example/valuesets.tgz | tar xz # buildkit`,
    ),
  },
  {
    name: 'Clone with a token in the history',
    history: builtBy(
      `RUN /bin/sh -c git clone --depth 1 https://x-access-token:${githubToken(m, 'p')}@github.com/clinic/schemas.git /app/schemas # buildkit`,
    ),
  },
  {
    name: 'Registry token that npm config sets in the history',
    history: builtBy(
      `/bin/sh -c npm config set //npm.pkg.github.com/:_authToken=${githubToken(m, 'p')} && npm ci`,
    ),
  },
  {
    name: 'Login at a registry in the history',
    history: builtBy(
      `RUN /bin/sh -c docker login registry.clinic.example -u ci -p ${m.password()} && docker pull registry.clinic.example/tools # buildkit`,
    ),
  },
];
