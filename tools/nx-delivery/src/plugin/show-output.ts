import type { PreTasksExecution } from '@nx/devkit';

/** Options by which whoever runs Nx says what to show. */
const CHOSEN = /^--(output-?style|verbose|tui|no-tui)\b/i;

/**
 * Of several tasks Nx shows the output of those that failed alone. What a delivery says is what it was started for, so
 * `nx run-many -t deploy` shows each service's lines as they come, its name before them, on a terminal and elsewhere. An
 * option that says how to show them counts, and other targets are as Nx has them.
 */
export function showOutputOf(targets: readonly string[]): PreTasksExecution {
  return (_options, { argv }) => {
    const words = argv.slice(2).flatMap((argument) => argument.split(/[=,]/));
    const several = words.includes('run-many') || words.includes('affected');
    if (!several || !targets.some((target) => words.includes(target))) return;
    if (argv.some((argument) => CHOSEN.test(argument))) return;
    // Nx hands what is set here to the process that runs the tasks.
    process.env['NX_STREAM_OUTPUT'] = 'true';
    process.env['NX_PREFIX_OUTPUT'] = 'true';
    process.env['NX_TUI'] = 'false';
  };
}
