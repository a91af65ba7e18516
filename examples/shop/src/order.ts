import { z } from 'zod';

/** What a customer sends, and what is stored. */
export const Order = z.object({
  customer: z.string().min(1),
  items: z.array(z.object({ sku: z.string(), quantity: z.number().int().positive() })).min(1),
});

export type Order = z.infer<typeof Order>;
