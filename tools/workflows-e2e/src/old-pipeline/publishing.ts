import { asText, resolve } from '../box/expressions.ts';
import type { StartedStep } from './started-steps.ts';

/** What a step writes into the registry: an image, or the cache that later builds trust. */
export function publishes({ step, contexts }: StartedStep): string[] {
  if (step.uses?.startsWith('docker/build-push-action@') === true) {
    const inputs = resolve(step.with ?? {}, contexts) as Record<string, unknown>;
    return [
      ...(asText(inputs['push']) === 'true' ? ['pushes-image'] : []),
      ...(asText(inputs['cache-to']).startsWith('type=registry') ? ['writes-shared-cache'] : []),
    ];
  }
  return /docker push|:(?:deploy|rollback|promote):/.test(step.run ?? '') ? ['pushes-image'] : [];
}

/** Whether a step builds an image whatever the registry has. */
export function alwaysBuilds({ step }: StartedStep): boolean {
  return (
    step.uses?.startsWith('docker/build-push-action@') === true ||
    /docker (?:buildx )?build\b/.test(step.run ?? '')
  );
}

/** Whether a step makes a GitHub Release. */
export function makesRelease({ step }: StartedStep): boolean {
  return (
    /(?:action-gh-release|create-release)@/.test(step.uses ?? '') ||
    /gh release create|:github-release /.test(step.run ?? '')
  );
}
