import { z } from 'zod';

/**
 * An id as the Data API sends it, a string or an integer, made a string. Integers from 2^53 on are not taken: JSON.parse
 * has rounded them, maybe into the id of another item.
 */
export const itemId = z.union([z.string(), z.int().transform(String)], {
  error: 'expected a string, or an integer below 2^53 (larger ones are rounded)',
});
