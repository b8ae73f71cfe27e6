import { z } from 'zod';

/**
 * For answers whose content does not matter: any JSON, or no body at all. The client still refuses
 * HTML, damaged JSON and the report of a failure.
 */
export const anyAnswer = z.unknown();
