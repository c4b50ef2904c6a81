import type { Paper } from '../paper';

export default {
  id: 'kobayashi-2024',
  authors: 'Kobayashi, Kuribayashi, Yokoi, Inui',
  year: 2024,
  title: 'Analyzing Feed-Forward Blocks in Transformers through the Lens of Attention Maps',
  url: 'https://arxiv.org/abs/2302.00456',
  subjects: ['mini-bert', 'mini-gpt'],
} satisfies Paper;
