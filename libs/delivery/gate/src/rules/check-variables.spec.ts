import { describe, expect, it } from 'vitest';
import { checkVariables } from './check-image.ts';

const platform = { os: 'linux', architecture: 'amd64' };
const inEnv = (line: string) => checkVariables({ ...platform, config: { Env: [line] } });
const inHistory = (line: string) => checkVariables({ ...platform, history: [{ created_by: line }] });
const rules = (findings: ReturnType<typeof checkVariables>) =>
  findings.map(({ rule, severity }) => `${severity} ${rule}`);

describe('checkVariables', () => {
  it.each([
    'NPM_TOKEN=t0p-s3cret',
    'NPM_TOKEN=a=b=c',
    'DB_PASSWORD=x',
    'PGPASSWORD=hunter2',
    'STRIPE_KEY=pk',
    'apiKey=k',
    'AWS_ACCESS_KEY_ID=abc',
    'SECRET=1234',
    'GPG_PASSPHRASE=words',
    'BASIC_AUTH=user:pass',
  ])('refuses the variable %s', (line) => {
    expect(rules(inEnv(line))).toEqual(['refuse credential-variable']);
  });

  it.each([
    'DATABASE_URL=postgres://ehr:hunter2@db/ehr',
    'REDIS=rediss://:hunter2@cache:6379/0',
    'X=https://user:hunter2@registry.example/path',
  ])('refuses the address %s', (line) => {
    expect(rules(inEnv(line))).toEqual(['refuse credential-url']);
  });

  it.each([
    'NPM_TOKEN=',
    'NPM_TOKEN=${NPM_TOKEN}',
    'DB_PASSWORD_FILE=/run/secrets/db',
    'DB_PASSWORD=/run/secrets/db',
    'USE_AUTH=true',
    'GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305',
    'VAPID_PUBLIC_KEY=BNcRdreALRFXTkOO',
    'DATABASE_URL=postgres://db/ehr',
    'DATABASE_URL=postgres://ehr@db/ehr',
    'DATABASE_URL=postgres://ehr:${DB_PASSWORD}@db/ehr',
    'KEYBOARD=de',
    'MONKEY=1x',
    'TOKENIZER=gpt',
    'EHR_FINGERPRINT=80c93e0ebcc5055e397fb1943ccc673dd1f992375a97d1b40f011ae70141ff65',
  ])('lets the variable %s pass', (line) => {
    expect(inEnv(line)).toEqual([]);
  });

  it.each([
    'ENV NODE_ENV=production NPM_TOKEN=t0p-s3cret',
    'ENV DB_PASSWORD="two words"',
    'ARG NPM_TOKEN=t0p-s3cret',
    'RUN |2 NODE_ENV=production NPM_TOKEN=t0p-s3cret /bin/sh -c npm ci # buildkit',
    '|1 NPM_TOKEN=t0p-s3cret /bin/sh -c npm ci',
    "/bin/sh -c export API_KEY='abc'; ./fetch",
  ])('refuses the history %s', (line) => {
    expect(rules(inHistory(line))).toEqual(['refuse credential-variable']);
  });

  it('refuses a password in an address of the history', () => {
    expect(rules(inHistory('RUN /bin/sh -c git clone https://me:hunter2@git.example/x'))).toEqual([
      'refuse credential-url',
    ]);
  });

  it('warns of a build argument that is named like a credential', () => {
    expect(rules(inHistory('ARG NPM_TOKEN'))).toEqual(['warn credential-variable']);
    expect(rules(inHistory('/bin/sh -c #(nop)  ARG NPM_TOKEN'))).toEqual(['warn credential-variable']);
    expect(rules(inHistory('ARG EHR_FINGERPRINT'))).toEqual([]);
  });

  it.each([
    'RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN /bin/sh -c npm ci # buildkit',
    'RUN /bin/sh -c export NPM_TOKEN=$(cat /run/secrets/npm) && npm ci',
    'RUN /bin/sh -c set -ex && for key in 5BE8A3F6C8A5C01D106C0AD820B1A390B168D356 ; do gpg "$key"; done',
    'COPY . /app/ # buildkit',
  ])('lets the history %s pass', (line) => {
    expect(inHistory(line)).toEqual([]);
  });

  it('refuses a label that holds a credential', () => {
    const findings = checkVariables({
      ...platform,
      config: { Labels: { 'example.api_token': 't0p-s3cret' } },
    });
    expect(rules(findings)).toEqual(['refuse credential-variable']);
  });

  it('shows four characters at most, and none of a short value', () => {
    expect(inEnv('DB_PASSWORD=hunter2')[0]?.message).not.toContain('hunt');
    const long = inEnv('DB_PASSWORD=correct-horse-battery')[0]?.message;
    expect(long).toContain('corr… (21 characters)');
    expect(long).not.toContain('corre');
  });

  it('reads a config whose lists Docker has written as null', () => {
    const config = { Env: null, Labels: null } as unknown as { Env: string[] };
    expect(checkVariables({ ...platform, config })).toEqual([]);
  });
});
