import { z } from 'zod';

/**
 * For answers in which nothing is looked for: any JSON, or no body at all. HTML, damaged JSON and the report of a failure
 * are still no success: the client refuses them whatever the schema.
 */
export const anyAnswer = z.unknown();
