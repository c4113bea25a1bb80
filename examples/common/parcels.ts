import { defineCollection } from '#sluice';

/** A parcel, for every event type that reads or writes one. */
export interface Parcel {
  parcelId: string;
  state: 'announced' | 'lost';
  grams?: number;
}

export const parcels = defineCollection({ unique: [['parcelId']], indexes: [['state']] });
