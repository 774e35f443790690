package seminar

import (
	"net/url"

	ics "github.com/arran4/golang-ical"

	"upphandlingsdialog/internal/i18n"
	"upphandlingsdialog/internal/region"
)

// Calendar writes seminars as an iCalendar file (RFC 5545). An entry's UID never changes and its
// SEQUENCE counts changes, so that a calendar which has the entry moves or strikes it.
func (s *Service) Calendar(l i18n.Lang, name string, seminars []Seminar) string {
	cal := ics.NewCalendarFor("upphandlingsdialog")
	cal.SetMethod(ics.MethodPublish)
	if name != "" {
		cal.SetName(name)
		cal.SetXWRCalName(name)
	}
	host := "upphandlingsdialog"
	if u, err := url.Parse(s.cfg.BaseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	for _, sem := range seminars {
		town, _ := region.MunicipalityByCode(sem.Municipality)
		e := cal.AddEvent(sem.ID + "@" + host)
		e.SetDtStampTime(sem.UpdatedAt)
		e.SetStartAt(sem.StartsAt)
		e.SetEndAt(sem.EndsAt)
		e.SetSummary(sem.Title)
		e.SetLocation(sem.Place + ", " + town.Name)
		e.SetURL(s.cfg.BaseURL + "/calendar/" + sem.ID)
		e.SetSequence(sem.Sequence)
		e.SetStatus(ics.ObjectStatusConfirmed)
		if sem.CancelledAt != nil {
			e.SetStatus(ics.ObjectStatusCancelled)
		}
		if sem.Invented {
			e.SetDescription(i18n.T(l, "app.invented_notice"))
		}
	}
	return cal.Serialize()
}
