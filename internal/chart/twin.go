package chart

import "upphandlingsdialog/internal/i18n"

// Table is the chart's twin: the same numbers as text.
func Table(c Chart, lang i18n.Lang) Twin {
	var t Twin
	switch c := c.(type) {
	case StackedBar:
		t = stackedTable(c, lang)
	case DotInterval:
		t = dotTable(c, lang)
	case Bar:
		t = barTable(c, lang)
	case Panels:
		t = panelTable(c, lang)
	}
	for i := range t.Head {
		t.Right = append(t.Right, i > 0)
	}
	return t
}

// hide fills a suppressed row with "..".
func (t *Twin) hide(label string, lang i18n.Lang) {
	row := []string{label}
	for range t.Head[1:] {
		row = append(row, suppressed)
	}
	t.Rows = append(t.Rows, row)
	t.Note = i18n.T(lang, "chart.suppressed_note")
}

func stackedTable(c StackedBar, lang i18n.Lang) Twin {
	t := Twin{Head: []string{i18n.T(lang, "chart.group")}}
	t.Head = append(t.Head, c.Levels...)
	unknown := false
	for _, r := range c.Rows {
		unknown = unknown || r.Unknown > 0
	}
	if unknown {
		t.Head = append(t.Head, i18n.T(lang, "chart.unknown"))
	}
	t.Head = append(t.Head, i18n.T(lang, "chart.answers"))
	p := plot{lang: lang}
	for _, r := range c.Rows {
		if r.Suppressed {
			t.hide(r.Label, lang)
			continue
		}
		row := []string{r.Label}
		f, _ := r.fractions()
		for i, f := range f {
			if f == Hidden {
				row = append(row, suppressed)
				t.Note = i18n.T(lang, "chart.suppressed_note")
				continue
			}
			row = append(row, p.value(f, r.Counts[i], r.Base))
		}
		if unknown {
			row = append(row, p.value(r.unknown(), r.Unknown, r.Base+r.Unknown))
		}
		t.Rows = append(t.Rows, append(row, i18n.Int(lang, r.Base)))
	}
	return t
}

func dotTable(c DotInterval, lang i18n.Lang) Twin {
	t := Twin{Head: []string{i18n.T(lang, "chart.group"), i18n.T(lang, "chart.share"), i18n.T(lang, "chart.interval"), i18n.T(lang, "chart.answers")}}
	p := plot{lang: lang}
	for _, r := range c.Rows {
		if r.Suppressed {
			t.hide(r.Label, lang)
			continue
		}
		interval := "–"
		if r.Base >= fewest {
			interval = i18n.T(lang, "chart.range", "Lower", i18n.Number(lang, r.Lower*100, 0), "Upper", i18n.Percent(lang, r.Upper, 0))
		}
		t.Rows = append(t.Rows, []string{r.Label, p.value(r.Share, r.Count, r.Base), interval, i18n.Int(lang, r.Base)})
	}
	return t
}

func barTable(c Bar, lang i18n.Lang) Twin {
	p := plot{lang: lang}
	if c.Unit == Number {
		name := c.UnitName
		if name == "" {
			name = i18n.T(lang, "chart.value")
		}
		t := Twin{Head: []string{i18n.T(lang, "chart.answer"), name, i18n.T(lang, "chart.answers")}}
		for _, r := range c.Rows {
			if r.Suppressed {
				t.hide(r.Label, lang)
				continue
			}
			t.Rows = append(t.Rows, []string{r.Label, i18n.Number(lang, r.Value, c.Decimals), i18n.Int(lang, c.base(r))})
		}
		return t
	}
	t := Twin{Head: []string{i18n.T(lang, "chart.answer"), i18n.T(lang, "chart.count"), i18n.T(lang, "chart.share"), i18n.T(lang, "chart.answers")}}
	for _, r := range c.Rows {
		if r.Suppressed {
			t.hide(r.Label, lang)
			continue
		}
		t.Rows = append(t.Rows, []string{r.Label, i18n.Int(lang, r.Count), p.value(r.Value, r.Count, c.base(r)), i18n.Int(lang, c.base(r))})
	}
	return t
}
