# What a statistician does who doubts our figures: reads the product's own export of the answers, counts
# everything again with R and its survey package, and writes every figure under a name. The test beside
# this file sets them against what `upphandlingsdialog analyse --json` shows. Nothing here is copied from
# the product: where R has the method it is called (prop.test, t.test, quantile, chisq.test, fisher.test,
# wilcox.test, kruskal.test, p.adjust, postStratify, rake, svymean, svychisq); what R has not (Wilson with
# a finite population, Newcombe's interval of a difference, quantiles of weighted answers, Cronbach's alpha)
# is written out from its source.
#
#   Rscript survey.R FOLDER     reads and writes in the folder:
#   SURVEY.csv       the export, one row a response
#   questions.csv    the codebook: one line an option, with the codes of missing answers
#   population.csv   units in the frame by group, for the finite population correction
#   margins.csv      the printed weighting: classes of the frame, as joined
#   indices.csv      one line an item of an index, with the ends of its scale
#   runs.csv         what to count: survey, wave (0: the newest; of a split by wave all), split, whose answers,
#                    weighted or not, smallest base, and for a list of differences the two groups
#   figures.csv      the result: run, question, part, name, value
suppressPackageStartupMessages(library(survey))
options(digits = 17, warn = 1)
folder <- commandArgs(trailingOnly = TRUE)[1]
read <- function(name) read.csv(file.path(folder, name), check.names = FALSE, encoding = "UTF-8",
                                colClasses = if (name == "questions.csv") c(option_groups = "character") else NA)
questions <- read("questions.csv")
population <- read("population.csv")
margins <- read("margins.csv")
runs <- read("runs.csv")
indices <- read("indices.csv")

out <- file(file.path(folder, "figures.csv"), "w")
writeLines("run,question,part,name,value", out)
put <- function(name, value) {
  if (length(value) == 0 || is.na(value)) return(invisible())
  writeLines(sprintf("%s,%s,%s,%s,%.17g", at$run, at$question, at$part, name, value), out)
}
at <- list(run = "", question = "", part = "")

z <- qnorm(0.975)

# Wilson's score interval from p and an effective number of draws m. Wilson 1927.
wilson <- function(p, m) {
  centre <- (p + z^2 / (2 * m)) / (1 + z^2 / m)
  half <- z / (1 + z^2 / m) * sqrt(p * (1 - p) / m + z^2 / (4 * m^2))
  c(max(0, centre - half), min(1, centre + half))
}

# A share with its interval; NULL of nobody.
proportion <- function(chosen, base, w, N) {
  n <- sum(base)
  x <- sum(base & chosen)
  if (n == 0) return(NULL)
  if (!is.null(w)) {
    p <- weighted.mean(chosen[base], w[base]) # what svymean gives
    interval <- wilson(p, sum(w[base])^2 / sum(w[base]^2)) # Kish's effective number
  } else if (N == n) {
    p <- x / n
    interval <- c(p, p)
  } else if (N > n) {
    p <- x / n
    interval <- wilson(p, n * (N - 1) / (N - n))
  } else {
    p <- x / n
    interval <- suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int)
  }
  list(value = p, lower = interval[1], upper = interval[2], count = x)
}

three <- function(name, v, first = "value") {
  put(paste0(name, ".", first), v[[1]]); put(paste0(name, ".lower"), v[[2]]); put(paste0(name, ".upper"), v[[3]])
}

share <- function(name, chosen, base, w, N) {
  put(paste0(name, ".count"), sum(base & chosen))
  put(paste0(name, ".base"), sum(base))
  p <- proportion(chosen, base, w, N)
  if (!is.null(p)) three(name, p, "share")
}

# One share minus another, by their own intervals. Newcombe 1998, method 10.
newcombe <- function(a, b) c(a[[1]] - b[[1]],
  a[[1]] - b[[1]] - sqrt((a[[1]] - a[[2]])^2 + (b[[3]] - b[[1]])^2),
  a[[1]] - b[[1]] + sqrt((a[[3]] - a[[1]])^2 + (b[[1]] - b[[2]])^2))

# What can be compared between two parts of the answers to a question: of each measure a function that gives,
# for some rows, a share with its interval or the values of a mean.
measures <- function(a, q, data, w) {
  list_of <- list()
  for (i in seq_along(a$options)) local({
    code <- a$options[i]; groups <- offered(q$option_groups[i]); chosen <- a$chosen[, i]
    of <- function(rows, N) {
      among <- a$base & rows
      if (!is.null(groups)) among <- among & data$group %in% groups
      proportion(chosen, among, w, N)
    }
    for (measure in if (a$type == "ranking") c("share", "ranked") else "share")
      list_of[[paste0(measure, ".", code)]] <<- of
  })
  if (a$type %in% c("likert5", "matrix")) list_of[["top2"]] <- function(rows, N) proportion(a$value %in% 4:5, a$base & rows, w, N)
  if (a$type %in% c("likert5", "matrix", "rating", "numeric")) list_of[["mean"]] <- function(rows, N) {
    x <- a$value[a$base & rows]
    if (length(x) < 10 || sd(x) == 0) NULL else x
  }
  list_of
}

# The difference of a measure between two parts; NULL where there is none.
difference <- function(measure, one, other) {
  if (is.null(one) || is.null(other)) return(NULL)
  if (measure != "mean") return(newcombe(one, other))
  welch <- t.test(one, other)
  c(mean(one) - mean(other), welch$conf.int)
}

# Quantile of type 7 generalised to weights that sum to n: Harrell's wtd.quantile (Hmisc), normwt = TRUE.
weighted_quantile <- function(x, w, p) {
  w <- w / sum(w) * length(x)
  sums <- tapply(w, x, sum)
  values <- as.numeric(names(sums))
  order <- 1 + (length(x) - 1) * p
  low <- max(floor(order), 1)
  pick <- function(rank) values[which(cumsum(sums) >= rank - 1e-9 * length(x))[1]]
  (1 - order %% 1) * pick(low) + (order %% 1) * pick(min(low + 1, length(x)))
}

# The median of whole steps, each taken as the class from k - 0.5 to k + 0.5: half of the mass lies below.
interpolated <- function(x, w, median) {
  if (median != round(median) || !any(x == median)) return(median)
  sums <- tapply(w, x, sum)
  k <- which(cumsum(sums) >= sum(w) / 2 * (1 - 1e-12))[1]
  as.numeric(names(sums)[k]) - 0.5 + (sum(w) / 2 - sum(sums[seq_len(k - 1)])) / sums[[k]]
}

summaries <- function(x, w, scale) {
  n <- length(x)
  if (n == 0) return(invisible())
  if (is.null(w)) {
    q <- quantile(x, c(0.25, 0.5, 0.75), type = 7, names = FALSE)
  } else {
    q <- sapply(c(0.25, 0.5, 0.75), function(p) weighted_quantile(x, w, p))
  }
  put("q1", q[1]); put("median", q[2]); put("q3", q[3])
  if (scale) put("interpolated", interpolated(x, if (is.null(w)) rep(1, n) else w, q[2]))
  if (n < 10) return(invisible())
  if (is.null(w)) {
    put("mean", mean(x)); put("sd", sd(x))
    interval <- if (sd(x) > 0) t.test(x)$conf.int else c(x[1], x[1])
  } else {
    design <- svydesign(ids = ~1, weights = ~w, data = data.frame(w = w, x = x))
    m <- svymean(~x, design)
    put("mean", unname(coef(m)))
    put("sd", sqrt(unname(coef(svyvar(~x, design)))))
    interval <- as.numeric(confint(m, df = degf(design)))
  }
  put("mean.lower", interval[1]); put("mean.upper", interval[2])
}

# answers is a question's column or columns in the codebook's own terms: who answered (base), the chosen
# value, which options each chose, and why the others did not.
answers <- function(data, q) {
  first <- q[1, ]
  a <- list(type = first$type, options = q$code[!is.na(q$code)], value = NULL)
  columns <- switch(first$type,
    multiple = paste0(first$question, ".", a$options),
    ranking = paste0(first$question, ".rank", seq_len(first$top)),
    text = paste0(first$question, ".status"),
    first$question)
  m <- as.matrix(data[columns])
  missing <- c(not_shown = first$not_shown, unanswered = first$unanswered, na = first$na, unknown = first$unknown, declined = first$declined)
  known <- !matrix(m %in% missing, nrow(m))
  if (first$type == "text") known <- matrix(nzchar(data[[first$question]]), ncol = 1)
  a$base <- if (first$type == "ranking") known[, 1] else rowSums(known) > 0
  # Of several columns the reason is the one of those that the group was offered.
  a$why <- apply(m, 1, function(row) { r <- row[row %in% missing]; c(setdiff(r, first$not_shown), first$not_shown)[1] })
  a$missing <- missing
  a$chosen <- sapply(a$options, function(code) switch(first$type,
    multiple = known[, paste0(first$question, ".", code) == columns] & m[, paste0(first$question, ".", code)] == 1,
    ranking = rowSums(m == code) > 0,
    m[, 1] == code))
  if (first$type == "ranking") a$places <- m
  if (!first$type %in% c("multiple", "ranking", "text")) a$value <- as.numeric(m[, 1])
  a
}

offered <- function(groups) if (is.na(groups) || groups == "") NULL else strsplit(groups, " ")[[1]]

count_part <- function(a, q, data, rows, w, N, group) {
  base <- a$base & rows
  put("base", sum(base))
  for (why in names(a$missing)) put(why, sum(rows & !a$base & a$why == a$missing[[why]]))
  unknown <- rows & !a$base & a$why == a$missing[["unknown"]]
  of <- if (is.null(w)) rep(1, length(rows)) else w
  if (sum(of[base | unknown]) > 0) put("unknown_share", sum(of[unknown]) / sum(of[base | unknown]))
  if (!is.null(w) && sum(base) > 0) {
    deff <- sum(base) * sum(w[base]^2) / sum(w[base])^2
    put("deff", deff); put("effective", sum(base) / deff)
  }
  for (i in seq_along(a$options)) {
    groups <- offered(q$option_groups[i])
    among <- if (is.null(groups)) base else base & data$group %in% groups
    if (a$type == "ranking") share(paste0("ranked.", a$options[i]), a$chosen[, i], among, w, N)
    share(paste0("answer.", a$options[i]), a$chosen[, i], among, w, N)
    if (a$type == "ranking") {
      share(paste0("first.", a$options[i]), a$places[, 1] == a$options[i], among, w, N)
      points <- rep(0, nrow(data))
      for (place in seq_len(ncol(a$places))) points <- points + (a$places[, place] == a$options[i]) * (ncol(a$places) + 1 - place)
      if (sum(among) > 0) put(paste0("score.", a$options[i]), sum((points * of)[base]) / sum(of[among]))
    }
  }
  if (a$type %in% c("likert5", "matrix")) {
    share("top2", a$value %in% 4:5, base, w, N)
    share("bottom2", a$value %in% 1:2, base, w, N)
  }
  if (a$type == "rating" && all(0:10 %in% a$options)) {
    share("band.0", a$value %in% 0:3, base, w, N)
    share("band.4", a$value %in% 4:6, base, w, N)
    share("band.7", a$value %in% 7:10, base, w, N)
  }
  if (a$type %in% c("likert5", "matrix", "rating", "numeric"))
    summaries(a$value[base], if (is.null(w)) NULL else w[base], a$type %in% c("likert5", "matrix"))
}

# The order of the parts, which an odds ratio depends on.
in_order <- c()

cramer <- function(name, statistic, n, r, c) {
  put(paste0(name, ".cramers_v"), sqrt(min(1, statistic / n / min(r - 1, c - 1))))
  rc <- r - (r - 1)^2 / (n - 1); cc <- c - (c - 1)^2 / (n - 1) # Bergsma 2013
  put(paste0(name, ".cramers_v_corrected"), sqrt(min(1, max(0, statistic / n - (r - 1) * (c - 1) / (n - 1)) / min(rc - 1, cc - 1))))
}

# A table of parts by answers; returns p. Which test is Cochran's rule on the expected counts.
independence <- function(name, part, y, w) {
  part <- factor(part, levels = intersect(in_order, unique(part)))
  y <- factor(y, levels = if (is.logical(y)) c(TRUE, FALSE)[c(TRUE, FALSE) %in% y] else sort(unique(y)))
  t <- table(part, y)
  if (nrow(t) < 2 || ncol(t) < 2) return(NA)
  n <- sum(t)
  if (!is.null(w)) {
    design <- svydesign(ids = ~1, weights = ~w, data = data.frame(w = w, part = part, y = y))
    s <- tryCatch(svychisq(~part + y, design, statistic = "F"), error = function(e) NULL)
    if (is.null(s)) return(NA) # too few for a covariance
    name <- paste0(name, ".rao_scott")
    put(paste0(name, ".statistic"), unname(s$statistic)); put(paste0(name, ".n"), n)
    put(paste0(name, ".df"), s$parameter[["ndf"]]); put(paste0(name, ".df2"), s$parameter[["ddf"]]); put(paste0(name, ".p"), s$p.value)
    shares <- prop.table(svytable(~part + y, design))
    expected <- outer(rowSums(shares), colSums(shares))
    cramer(name, n * sum((shares - expected)^2 / expected), n, nrow(t), ncol(t))
    return(unname(s$p.value))
  }
  s <- suppressWarnings(chisq.test(t, correct = FALSE))
  if (all(s$expected >= 1) && mean(s$expected >= 5) >= 0.8) {
    name <- paste0(name, ".chi_square")
    put(paste0(name, ".statistic"), s$statistic); put(paste0(name, ".df"), s$parameter)
    p <- s$p.value
  } else if (all(dim(t) == 2)) {
    name <- paste0(name, ".fisher")
    p <- fisher.test(t)$p.value
    if (t[1, 2] > 0 && t[2, 1] > 0) put(paste0(name, ".odds_ratio"), t[1, 1] * t[2, 2] / t[1, 2] / t[2, 1]) # of the sample
  } else { # both simulate, so the two lie near each other
    name <- paste0(name, ".fisher_simulated")
    set.seed(1)
    p <- fisher.test(t, simulate.p.value = TRUE, B = 20000)$p.value
  }
  put(paste0(name, ".p"), p); put(paste0(name, ".n"), n)
  cramer(name, unname(s$statistic), n, nrow(t), ncol(t))
  unname(p)
}

ranks <- function(name, x, y) {
  if (length(unique(c(x, y))) < 2) return(NA)
  exact <- anyDuplicated(c(x, y)) == 0 && max(length(x), length(y)) < 50
  s <- wilcox.test(x, y, exact = exact, correct = FALSE)
  name <- paste0(name, if (exact) ".mann_whitney_exact" else ".mann_whitney")
  put(paste0(name, ".statistic"), s$statistic); put(paste0(name, ".p"), s$p.value); put(paste0(name, ".n"), length(x) + length(y))
  put(paste0(name, ".superiority"), s$statistic / length(x) / length(y))
  put(paste0(name, ".rank_biserial"), 2 * s$statistic / length(x) / length(y) - 1)
  s$p.value
}

# Every two parts, with Holm over all pairs.
pairs <- function(names, test) {
  p <- c(); called <- c()
  for (i in seq_along(names)) for (j in seq_along(names)) if (i < j) {
    name <- paste0("pair.", names[i], ".", names[j])
    value <- test(name, names[i], names[j])
    if (!is.na(value)) { p <- c(p, value); called <- c(called, name) }
  }
  adjusted <- p.adjust(p, "holm")
  for (i in seq_along(p)) put(paste0(called[i], ".adjusted"), adjusted[i])
}

compare <- function(a, q, data, part, names, w) {
  base <- a$base & part %in% names
  if (a$type %in% c("multiple", "ranking")) {
    p <- c(); called <- c()
    for (i in seq_along(a$options)) {
      groups <- offered(q$option_groups[i])
      among <- if (is.null(groups)) base else base & data$group %in% groups
      name <- paste0("option.", a$options[i])
      value <- if (any(among)) independence(name, part[among], a$chosen[among, i], w[among]) else NA
      if (!is.na(value)) { p <- c(p, value); called <- c(called, name) }
    }
    adjusted <- p.adjust(p, "holm")
    for (i in seq_along(p)) put(paste0(called[i], ".adjusted"), adjusted[i])
  } else if (a$type %in% c("likert5", "matrix", "rating", "numeric")) {
    of <- function(name) a$value[base & part == name]
    if (length(names) == 2) {
      ranks("overall", of(names[1]), of(names[2]))
    } else if (length(unique(a$value[base])) > 1) {
      s <- kruskal.test(a$value[base], factor(part[base]))
      put("overall.kruskal_wallis.statistic", s$statistic); put("overall.kruskal_wallis.df", s$parameter)
      put("overall.kruskal_wallis.p", s$p.value); put("overall.kruskal_wallis.n", sum(base))
      put("overall.kruskal_wallis.epsilon_squared", s$statistic / (sum(base) - 1))
      pairs(names, function(name, one, other) ranks(name, of(one), of(other)))
    }
  } else if (a$type != "text") {
    independence("overall", part[base], a$value[base], w[base])
    if (length(names) > 2) pairs(names, function(name, one, other) {
      two <- base & part %in% c(one, other)
      independence(name, part[two], a$value[two], w[two])
    })
  }
}

# The weight of every firm: to one margin by post-stratification, to several by raking. The classes are
# those printed. A firm that did not answer a margin's question weighs 1.
weigh <- function(data, run, firms) {
  m <- margins[margins$run == run, ]
  asked <- unique(m$question)
  class <- sapply(asked, function(q) { of <- m[m$question == q, ]; of$class[match(data[[q]], of$code)] })
  placed <- firms & rowSums(is.na(class)) == 0
  w <- rep(1, nrow(data))
  sample <- as.data.frame(class[placed, , drop = FALSE])
  design <- svydesign(ids = ~1, weights = ~one, data = cbind(sample, one = 1))
  totals <- lapply(asked, function(q) {
    of <- unique(m[m$question == q, c("class", "frame")])
    setNames(data.frame(of$class, of$frame / sum(of$frame) * sum(placed)), c(q, "Freq"))
  })
  formulas <- lapply(asked, function(q) as.formula(paste0("~", q)))
  fitted <- if (length(asked) == 1) postStratify(design, formulas[[1]], totals[[1]]) else
    rake(design, formulas, totals, control = list(maxit = 500, epsilon = 1e-11, verbose = FALSE))
  w[placed] <- weights(fitted)
  w
}

# Every question that two groups were asked, with one family of tests over all of them.
gaps <- function(data, run, size) {
  two <- strsplit(run$gaps, "-")[[1]]
  in_order <<- two
  p <- c(); called <- list()
  part <- data$group
  for (id in unique(questions$question[questions$survey == run$survey])) {
    q <- questions[questions$survey == run$survey & questions$question == id, ]
    if (!all(two %in% strsplit(q$groups[1], " ")[[1]]) || q$type[1] == "text") next
    if (q$type[1] == "municipality" && any(two %in% c("procurer", "developer"))) next # never below the county
    at$question <<- id
    a <- answers(data, q)
    if (any(sapply(two, function(g) sum(a$base & part == g)) < run$min_base)) next
    all <- measures(a, q, data, NULL)
    wanted <- if (a$type %in% c("likert5", "matrix")) "top2" else if (a$type %in% c("rating", "numeric")) "mean" else
      grep(if (a$type == "ranking") "^ranked" else "^share", names(all), value = TRUE)
    for (measure in wanted) {
      of <- lapply(two, function(g) all[[measure]](part == g, size(g)))
      if (measure != "mean" && any(sapply(of, function(p) !is.null(p) && p$count %in% 1:4))) next # never cited of so few
      diff <- difference(measure, of[[1]], of[[2]])
      if (is.null(diff)) next
      name <- paste0("gap.", measure)
      three(name, diff)
      for (k in 1:2) three(paste0(name, c(".first", ".second")[k]),
                           if (measure == "mean") c(mean(of[[k]]), t.test(of[[k]])$conf.int) else of[[k]])
      base <- a$base & part %in% two
      value <- if (measure %in% c("top2", "mean")) {
        x <- lapply(two, function(g) a$value[a$base & part == g])
        ranks(name, x[[1]], x[[2]])
      } else {
        i <- match(sub(".*\\.", "", measure), a$options)
        groups <- offered(q$option_groups[i])
        among <- if (is.null(groups)) base else base & data$group %in% groups
        independence(name, part[among], a$chosen[among, i], NULL)
      }
      if (!is.na(value)) { p <- c(p, value); called <- c(called, list(c(id, name))) }
    }
  }
  adjusted <- p.adjust(p, "holm")
  for (i in seq_along(p)) { at$question <<- called[[i]][1]; put(paste0(called[[i]][2], ".adjusted"), adjusted[i]) }
}

# The mean over respondents of their means over the items, 0 to 100, of those who answered half of what they
# were shown, and Cronbach's alpha of those who answered everything. Cronbach 1951.
index <- function(data, items, min_base) {
  raw <- sapply(items$item, function(id) data[[id]])
  code <- questions[match(items$item, questions$question), ]
  missing <- sapply(seq_along(items$item), function(k) raw[, k] %in% unlist(code[k, c("not_shown", "unanswered", "na", "unknown", "declined")]))
  shown <- sapply(seq_along(items$item), function(k) raw[, k] != code$not_shown[k])
  scaled <- sweep(sweep(raw, 2, items$low), 2, items$high - items$low, "/") * 100
  scaled[missing] <- NA
  answered <- rowSums(!missing)
  x <- rowMeans(scaled, na.rm = TRUE)[answered > 0 & 2 * answered >= rowSums(shown)]
  if (length(x) >= max(10, min_base)) { put("base", length(x)); three("mean", c(mean(x), t.test(x)$conf.int)) }
  whole <- raw[answered == ncol(raw), , drop = FALSE]
  if (ncol(whole) > 1 && nrow(whole) >= min_base && var(rowSums(whole)) > 0)
    put("alpha", ncol(whole) / (ncol(whole) - 1) * (1 - sum(apply(whole, 2, var)) / var(rowSums(whole))))
}

for (r in seq_len(nrow(runs))) {
  run <- runs[r, ]
  at$run <- run$run
  at$part <- ""
  data <- read(paste0(run$survey, ".csv"))
  if (run$by != "wave") data <- data[data$wave == if (run$wave > 0) run$wave else max(data$wave), ]
  data$group[data$group == "business" & data[["bg_kind.3"]] %in% 1] <- "association" # reported apart
  size <- function(group) { n <- population$units[population$survey == run$survey & population$group == group]; if (length(n) == 1) n else 0 }
  if (!run$gaps %in% c("", NA)) {
    gaps(data, run, size)
    next
  }
  if (run$by == "index") {
    for (id in unique(indices$index[indices$survey == run$survey])) {
      at$question <- id
      for (group in c("all", unique(data$group))) {
        at$part <- group
        index(data[if (group == "all") data$group != "association" else data$group == group, ], indices[indices$survey == run$survey & indices$index == id, ], run$min_base)
      }
    }
    next
  }
  firms <- data$group == "business"
  keep <- if (run$only %in% c("", NA)) data$group != "association" else data$group == run$only
  w <- if (run$weighted == 1) weigh(data, run$run, firms) else NULL
  part <- as.character(if (run$by == "group") data$group else data[[run$by]])
  for (id in unique(questions$question[questions$survey == run$survey])) {
    q <- questions[questions$survey == run$survey & questions$question == id, ]
    at$question <- id
    asked <- strsplit(q$groups[1], " ")[[1]]
    a <- answers(data, q)
    parts <- if (run$by == "group") asked else if (run$by == "wave") as.character(sort(unique(data$wave))) else {
      split <- questions[questions$survey == run$survey & questions$question == run$by, ]
      as.character(split$code)
    }
    if (q$type[1] == "municipality") parts <- setdiff(parts, c("procurer", "developer")) # never below the county
    in_order <- parts
    N <- function(name) if (run$by == "group") size(name) else if (run$by == "wave") size(run$only) else 0
    enough <- c()
    for (name in parts) {
      at$part <- name
      rows <- keep & part == name
      count_part(a, q, data, rows, w, N(name), name)
      if (sum(a$base & rows) >= run$min_base) enough <- c(enough, name)
    }
    at$part <- ""
    if (run$by == "wave") { # the later wave minus the one before it
      all <- measures(a, q, data, w)
      for (measure in names(all)) for (i in seq_along(parts)[-1]) {
        of <- lapply(parts[c(i, i - 1)], function(name) all[[measure]](keep & part == name, N(name)))
        diff <- difference(measure, of[[1]], of[[2]])
        if (!is.null(diff)) three(paste("diff", measure, parts[i], parts[i - 1], sep = "."), diff)
      }
    }
    if (length(enough) > 1) {
      kept <- a
      kept$base <- a$base & keep
      compare(kept, q, data, part, enough, w)
    }
  }
}
close(out)
