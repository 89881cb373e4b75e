import { localProject, startLocalIssuer } from '@ehr/testing-sandbox';
import { DEMO_PEOPLE, issuerOf } from './issuer.ts';
import { buildQuietly, main, runNx } from './main.ts';
import { readServices } from './services.ts';
import { prepareSteps, runSteps } from './steps.ts';

await main(async (interrupted) => {
  const start = Date.now();
  const builder: Record<string, string> = {};
  let baseImage = '';
  if (process.argv.includes('--prepare')) {
    await runSteps(prepareSteps(builder));
    return 0;
  }
  const services = readServices();
  const names = services.map(({ name }) => name);
  const issuer = issuerOf(process.env);
  Object.assign(builder, issuer?.variables);
  const build = async () => {
    await buildQuietly([...names, ...(issuer === null ? [] : ['ehr-issuer'])], interrupted);
    return `${names.join(' and ')} built`;
  };
  await runSteps(prepareSteps(builder, (reference) => (baseImage = reference)), [{ title: 'Services', run: build }]); // prettier-ignore
  for (const name of names) {
    const args = ['run', `${name}:deploy`, '--configuration=local'];
    const code = await runNx([...args, '--outputStyle=stream-without-prefixes'], builder, interrupted);
    if (code !== 0) return code;
  }
  if (issuer !== null) {
    const { port } = issuer;
    const start = async () => (await startLocalIssuer(localProject(), { baseImage, port })).url;
    await runSteps([{ title: 'Development issuer', run: start }]);
  }
  const api = services.find(({ name }) => name === 'ehr-api');
  if (api !== undefined) {
    const url = new URL(api.page).origin;
    const code = await runNx(
      ['run', 'ehr-api:seed', `--url=${url}`, '--outputStyle=stream-without-prefixes'],
      builder,
      interrupted,
    );
    if (code !== 0) return code;
  }
  const urls = services
    .toReversed()
    .flatMap(({ name, page, health }) => [
      [name, page] as const,
      ...(health === page ? [] : [[`${name} health`, health] as const]),
    ]);
  const width = Math.max(...urls.map(([name]) => name.length));
  console.log(`\nEHR Connect runs here (${((Date.now() - start) / 1000).toFixed(1)} s):\n`);
  for (const [name, url] of urls) console.log(`  ${name.padEnd(width)}  ${url}`);
  if (issuer !== null) console.log(`\n${DEMO_PEOPLE}`);
  console.log('\nStop it with `npm run stop`; its data stays, unless you add `-- --purge`.');
  return 0;
});
