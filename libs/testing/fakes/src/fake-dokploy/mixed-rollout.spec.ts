import { expect, it, onTestFinished } from 'vitest';
import { startFakeDokploy } from './start-fake-dokploy.ts';

it('lets old and new answer in turn for a while after an application was rolled out', async () => {
  const fake = await startFakeDokploy();
  onTestFinished(() => fake.stop());
  const service = fake.addService({ name: 'ehr-api', kind: 'application', sourceType: 'docker' });
  const deploy = async (image: string) => {
    service.row['dockerImage'] = image;
    fake.queue.add(service, 'deploy', image, '');
    await expect.poll(() => service.running.images, { timeout: 10_000 }).toEqual({ app: image });
  };
  await deploy('old');
  fake.mixRollouts(4);
  await deploy('new');
  const answers = Array.from({ length: 6 }, () => fake.answering(service).images['app']);
  expect(answers).toEqual(['old', 'new', 'old', 'new', 'new', 'new']);
});
