/** What speaks against several claims elsewhere. */
export const REORDERING_HARMS =
  'Re-ordering BERT’s layers before fine-tuning significantly harms the metrics (Tamkin et al. 2020, arXiv 2004.14975 v1).';
export const FIT_IS_NO_PROMISE =
  'A good fit is no promise of a harmless replacement: one MLP of llama-160m replaced at R² 0.96 costs 76 of perplexity, one of GPT-2 about 1 (Whipp 2026, arXiv 2606.19379).';
