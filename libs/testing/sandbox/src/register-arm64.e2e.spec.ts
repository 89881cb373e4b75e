import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { provideBaseImage } from './provide-base-image.ts';
import { registerArm64 } from './register-arm64.ts';
import { requireOrSkip } from './require-or-skip.ts';

describe.skipIf(!requireOrSkip('engine') || !(await registerArm64()))('registerArm64', () => {
  it('lets the engine run arm64 containers', async () => {
    const { reference } = await provideBaseImage(() => undefined);
    const args = ['run', '--rm', '--platform=linux/arm64', reference, 'node', '-p', 'process.arch'];
    expect((await execa('docker', args)).stdout).toBe('arm64');
  });
});
