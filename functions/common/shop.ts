import { defineCollection } from '#sluice';

export const orders = defineCollection({
  unique: [['orderId']],
  indexes: [
    ['customerId', '-placedAt'],
    ['status', '-placedAt'],
  ],
});

export const products = defineCollection({ unique: [['sku']] });
