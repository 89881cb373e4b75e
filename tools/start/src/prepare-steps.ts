import {
  LOCAL_REGISTRY,
  chooseBuilder,
  prepareEngine,
  prepareLocalRegistry,
  provideBaseImage,
} from '@ehr/testing-sandbox';
import type { Step } from './run-steps.ts';

/** What the steps leave behind for whoever runs them. */
export interface Prepared {
  /** For every `docker buildx` that follows. */
  builder: Readonly<Record<string, string>>;
}

/** Engine, registry and base image: what building, pushing and deploying need, whoever does it. */
export function prepareSteps(prepared: Prepared): Step[] {
  return [
    {
      title: 'Container engine',
      run: async (say) => {
        const { version, started } = await prepareEngine(say);
        prepared.builder = await chooseBuilder();
        return `Docker ${version}${started ? ', started' : ''}`;
      },
    },
    {
      title: 'Local registry',
      run: async () => {
        const { started } = await prepareLocalRegistry();
        return `${LOCAL_REGISTRY}${started ? ', started' : ''}`;
      },
    },
    {
      title: 'Base image',
      run: async (say) => {
        const { reference, detail } = await provideBaseImage(say);
        return `${reference} (${detail})`;
      },
    },
  ];
}

export function nothingPrepared(): Prepared {
  return { builder: {} };
}
