package response_test

import (
	"testing"
	"time"

	"upphandlingsdialog/internal/distribution"
	"upphandlingsdialog/internal/fault"
	"upphandlingsdialog/internal/questionnaire"
	"upphandlingsdialog/internal/response/responsetest"
)

// Formbricks showed responses six days late, from a cache.
func TestWhoWatchesSeesNumbersOfTheLastTenSecondsAndCostsOneCounting(t *testing.T) {
	w := responsetest.New(t, "s5")
	_, first, err := w.Responses.Live(t.Context(), w.Campaign.ID)
	w.Must(err)
	submitted(t, w, responsetest.Business, questionnaire.Answers{"q5_01": code(3)})
	w.Clock.Advance(9 * time.Second)
	if _, st, err := w.Responses.Live(t.Context(), w.Campaign.ID); err != nil || st.At != first.At || st.Total.Answered != 0 {
		t.Errorf("counted again after nine seconds: %+v %v", st.Total, err)
	}
	w.Clock.Advance(2 * time.Second)
	if _, st, err := w.Responses.Live(t.Context(), w.Campaign.ID); err != nil || st.Total.Answered != 1 {
		t.Errorf("not counted again after eleven: %+v %v", st.Total, err)
	}
	if _, _, err := w.Responses.Live(t.Context(), "00000000-0000-0000-0000-000000000000"); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown campaign: %v", err)
	}
}

func TestWhileTheSurveyIsOpenABegunAnswerIsToldFromALook(t *testing.T) {
	w := responsetest.New(t, "s5")
	w.Start(responsetest.Politician)
	save(t, w, w.Start(responsetest.Business), questionnaire.Answers{"q5_01": code(3)}, "q5_01")
	st, err := w.Responses.Status(t.Context(), w.Campaign)
	w.Must(err)
	if got := st.Total.Codes; got[distribution.CodeLoggedOn] != 1 || got[distribution.CodeBreakOff] != 1 || st.Total.Started != 2 {
		t.Errorf("%+v", st.Total)
	}
}
