/**
 * Every tolerance in the repository, with a line of reasoning each. A test that needs another one adds it here.
 * `relative` bounds are multiplied by max(1, largest magnitude compared) unless the line says otherwise.
 */
export const tolerance = {
  /** Two float64 evaluations of one formula in different orders: sums of ≤ 1e5 terms lose about 1e-11 of their scale. */
  float64: 1e-9,
  /** One float32 operation (unit round-off 6e-8) followed by at most a few hundred additions. */
  float32: 1e-5,
  /** A whole float32 forward pass of ≤ 12 layers against float64: rounding grows with depth; the reference framework itself is at 5e-6. */
  forward: 2e-5,
  /** The same of 30 layers whose residual stream holds one value of 22,000: the reference framework itself is at 1.4e-5. */
  deepForward: 5e-5,
  /** tfjs evaluates erf by a polynomial with error 1.5e-7…3e-7; GELU multiplies it by |x|/2, |x| ≲ 10. */
  erf: 2e-6,
  /** The same float32 operations, scaled by a norm that was summed in another order. */
  clippedUpdate: 1e-6,
  /** Gradients of float32 graphs: products of two rounded passes. */
  gradient: 1e-4,
  /** Finite differences in float32: truncation h² and cancellation 1e-7/h balance near h = 1e-3. */
  finiteDifference: 2e-2,
  /** Central differences in float64: truncation h² and cancellation 1e-16/h at h = 1e-5. */
  finiteDifference64: 1e-8,
  /** Losses of the same step on two backends: a mean of ≤ 1e4 float32 logs. */
  loss: 1e-4,
  /** The loss on a model's card, measured again with another engine, number of threads or batch: a mean of 1e5 float32 logs. */
  card: 1e-3,
  /** Float16 storage: 11 significant bits. */
  float16: 2 ** -11,
  /** A forward pass of a few layers in float16: a few hundred roundings of 2⁻¹¹ that add up like a random walk. */
  halfPrecision: 5e-3,
  /** A few operations in float16, some of which (an exponential, a product) multiply a rounding error: 40 × 2⁻¹¹. */
  halfPrecisionGraph: 2e-2,
  /** BFloat16 storage: 8 significant bits. */
  bfloat16: 2 ** -8,
  /** Special functions against numeric integration with thousands of nodes: the quadrature's own error is about 1e-11. */
  specialFunction: 1e-10,
  /** One similarity by two float64 formulas: sums of ≤ 1e6 products in different orders, a quotient of which cancels up to three digits. */
  similarity: 1e-10,
  /** A log-log slope between ε = 2⁻¹⁵ and 2⁻¹⁶ in float64: the next term of the expansion, at most a few hundred ε. */
  logLogSlope: 2e-2,
  /** Residuals of normal equations, and products of data with offsets up to 1e5, in float64: cancellation takes some five digits from 1e-13. */
  normalEquations: 1e-8,
  /** Optima of strongly convex losses that two solvers stopped at gradients of 1e-10 and 1e-10 / curvature (≥ 1e-4) apart. */
  recordedOptimum: 1e-5,
  /** Means of ≤ 1e3 float64 cosines after a rotation or another scale: each has a few roundings of 1e-16. */
  cosine: 1e-12,
  /** Central differences of a cosine at h = 1e-5: the third derivative grows as 1 / ‖f‖³, ‖f‖ ≳ 0.05. */
  cosineGradient: 1e-6,
  /** Scores by products rounded to float32, with one direction across all features of 100 times the spread: it takes 4 of 7 digits. */
  float32Direction: 1e-3,
  /** Integrals of central differences (h = 1e-5, 1e-10) by 200 Gauss points (1e-9), multiplied by a weight matrix or two. */
  integratedGradients: 1e-7,
  /** Contributions of ≤ 1e3 float64 terms against their sum computed in another order, relative to its length. */
  contributionSum: 1e-12,
  /** An integral over [0, 1] by two Gauss–Legendre rules, 50 roundings of 1e-16 each, relative to max(1, |argument|). */
  gatedAverage: 1e-14,
  /** The same in float32, through one layer. */
  contributionSum32: 1e-4,
} as const;
