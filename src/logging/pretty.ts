import type { DestinationStream } from 'pino';
import { printableFields } from './printable-fields.js';

/** Log lines for people. The library is loaded only where somebody looks. */
export async function prettyInto(output: DestinationStream, colorize: boolean): Promise<DestinationStream> {
  const { prettyFactory } = (await import('pino-pretty')).default;
  const pretty = prettyFactory({
    colorize,
    translateTime: 'SYS:HH:MM:ss.l',
    // In a run, the context is the task.
    messageFormat: '{if context}{context}: {end}{msg}',
    ignore: 'service,context,run,task,attempt,slot,trigger,at',
    singleLine: true,
  });
  return { write: (line) => output.write(pretty(printableFields(JSON.parse(line)))) };
}
