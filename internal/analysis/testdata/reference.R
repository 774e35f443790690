# Random tables and what R says of them; TestAgreesWithR checks that we say the same.
# Rscript reference.R > reference.txt, with R 4.2.2 and survey 4.1 (Debian: r-base-core, r-cran-survey).
# A line: method, number of rows, the input by row, "=", the output.
suppressMessages(library(survey))
set.seed(20161128)
line <- function(method, rows, input, output)
  cat(method, rows, format(input, digits = 15, trim = TRUE, drop0trailing = TRUE), "=", format(output, digits = 15, trim = TRUE, scientific = TRUE), "\n")

for (i in 1:20) { # Pearson: chi2, p
  r <- sample(2:5, 1); x <- matrix(rpois(r * sample(2:6, 1), 12) + 1, nrow = r)
  t <- suppressWarnings(chisq.test(x, correct = FALSE))
  line("chisq", r, as.vector(t(x)), c(t$statistic, t$p.value))
}
for (i in 1:20) { # Fisher two by two: p
  x <- matrix(rpois(4, sample(c(2, 6, 20), 1)), nrow = 2)
  if (any(rowSums(x) == 0) || any(colSums(x) == 0)) next
  line("fisher", 2, as.vector(t(x)), fisher.test(x)$p.value)
}
for (i in 1:20) { # Mann-Whitney on a scale: U, p, p with continuity
  x <- matrix(rpois(10, sample(c(3, 9, 30), 1)) + 1, nrow = 2)
  a <- rep(1:5, x[1, ]); b <- rep(1:5, x[2, ])
  w <- wilcox.test(a, b, exact = FALSE, correct = FALSE); wc <- wilcox.test(a, b, exact = FALSE)
  line("mannwhitney", 2, as.vector(t(x)), c(w$statistic, w$p.value, wc$p.value))
}
for (i in 1:10) { # exact: the places of the first group among all, then p
  n <- sample(4:40, 1); m <- sample(2:(n - 2), 1); a <- sort(sample(1:n, m))
  line("exact", 1, c(n, a), wilcox.test(a, setdiff(1:n, a), exact = TRUE)$p.value)
}
for (i in 1:20) { # Kruskal-Wallis: H, p
  g <- sample(3:5, 1); x <- matrix(rpois(g * 5, 6) + 1, nrow = g)
  k <- kruskal.test(lapply(1:g, function(j) rep(1:5, x[j, ])))
  line("kruskal", g, as.vector(t(x)), c(k$statistic, k$p.value))
}
for (i in 1:10) { # Holm
  p <- runif(sample(2:9, 1))^3
  line("holm", 1, p, p.adjust(p, "holm"))
}
for (i in 1:20) { # weighted tables: n and weight of each cell by stratum (three strata); X2, p, F, ndf, ddf, p
  r <- sample(2:4, 1); k <- sample(2:4, 1); w <- round(runif(3, 0.2, 3), 4)
  x <- array(rpois(r * k * 3, 5) + 1, c(3, k, r))
  d <- as.data.frame(as.table(x)); d <- d[rep(seq_len(nrow(d)), d$Freq), ]; d$w <- w[as.integer(d$Var1)]
  des <- svydesign(ids = ~1, data = d, weights = ~w)
  f <- svychisq(~Var3 + Var2, des, statistic = "F"); c2 <- svychisq(~Var3 + Var2, des, statistic = "Chisq")
  line("raoscott", r, c(w, as.vector(x)), c(c2$statistic, c2$p.value, f$statistic, f$parameter, f$p.value))
}
for (i in 1:20) { # weighted means on a scale by stratum: mean, standard error, sd
  w <- round(runif(3, 0.2, 3), 4); x <- matrix(rpois(15, 6) + 1, nrow = 3)
  d <- data.frame(s = unlist(lapply(1:3, function(j) rep(1:5, x[j, ]))), w = rep(w, rowSums(x)))
  des <- svydesign(ids = ~1, data = d, weights = ~w)
  m <- svymean(~s, des)
  line("svymean", 3, c(w, as.vector(t(x))), c(coef(m), SE(m), sqrt(svyvar(~s, des))))
}
for (i in 1:10) { # stratified share with finite populations: N, n, yes by stratum; share, standard error
  h <- sample(2:5, 1); N <- rpois(h, 200) + 60; n <- pmin(N, rpois(h, 25) + 2); y <- rbinom(h, n, 0.4)
  d <- data.frame(h = rep(1:h, n), N = rep(N, n), y = unlist(mapply(function(n, y) c(rep(1, y), rep(0, n - y)), n, y, SIMPLIFY = FALSE)))
  m <- svymean(~y, svydesign(ids = ~1, strata = ~h, fpc = ~N, data = d))
  line("stratified", h, as.vector(rbind(N, n, y)), c(coef(m), SE(m)))
}
for (i in 1:10) { # raking of a table: cells by row, row totals, column totals; weights by cell
  r <- sample(2:4, 1); k <- sample(2:4, 1); x <- matrix(rpois(r * k, 15) + 1, nrow = r)
  rt <- runif(r, 5, 50); ct <- runif(k, 5, 50); rt <- rt / sum(rt) * sum(x); ct <- ct / sum(ct) * sum(x)
  d <- data.frame(a = factor(rep(rep(1:r, k), as.vector(x))), b = factor(rep(rep(1:k, each = r), as.vector(x))))
  des <- rake(svydesign(ids = ~1, data = d, weights = ~1), list(~a, ~b),
    list(data.frame(a = factor(1:r), Freq = rt), data.frame(b = factor(1:k), Freq = ct)), control = list(maxit = 500, epsilon = 1e-13))
  at <- tapply(weights(des), list(d$a, d$b), mean)
  line("rake", r, c(as.vector(t(x)), rt, ct), as.vector(t(at)))
}
for (i in 1:10) { # Welch on scales: difference, lower, upper
  x <- matrix(rpois(10, 8) + 1, nrow = 2); t <- t.test(rep(1:5, x[1, ]), rep(1:5, x[2, ]))
  line("welch", 2, as.vector(t(x)), c(t$estimate[1] - t$estimate[2], t$conf.int))
}
