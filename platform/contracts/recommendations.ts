import { defineContract } from './contract.ts';
import type { RecommendationsDefinition } from './generated/faultflix/recommendations/v1/Recommendations.ts';

export const recommendations = defineContract<RecommendationsDefinition>({
  proto: 'recommendations.proto',
  service: 'faultflix.recommendations.v1.Recommendations',
  idempotent: ['home', 'similar', 'record'],
  reads: ['home', 'similar'],
});
