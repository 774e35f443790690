package account

import (
	"slices"
	"sync"
)

// Permission is what a route or a command asks for.
type Permission string

// The permissions. Public is for everybody, signed in or not.
const (
	Public               Permission = "public"
	SignedIn             Permission = "signed_in" // any role: one's own sessions, the day's overview
	PeopleRead           Permission = "people.read"
	PeopleWrite          Permission = "people.write"
	SurveyRead           Permission = "survey.read"
	SurveyWrite          Permission = "survey.write"
	CampaignRead         Permission = "campaign.read"
	CampaignWrite        Permission = "campaign.write"
	CampaignLaunch       Permission = "campaign.launch"
	CaseRead             Permission = "case.read"  // who has answered, by name
	CaseWrite            Permission = "case.write" // set a code that no event shows
	MeetingRead          Permission = "meeting.read"
	MeetingWrite         Permission = "meeting.write"
	SeminarRead          Permission = "seminar.read"
	SeminarWrite         Permission = "seminar.write"
	AdviceWrite          Permission = "advice.write"
	AnalysisRead         Permission = "analysis.read"
	AnalysisNote         Permission = "analysis.note"    // notes at figures
	AnalysisUncover      Permission = "analysis.uncover" // groups and cells that are too small to show
	AnswersExport        Permission = "answers.export"   // single answers, which analysis never shows
	AnswersImport        Permission = "answers.import"   // answers from paper or telephone, to be counted
	AnswersEarly         Permission = "answers.early"    // free texts among them while the survey is still open
	RecommendationRead   Permission = "recommendation.read"
	RecommendationWrite  Permission = "recommendation.write"
	RecommendationDecide Permission = "recommendation.decide"
	ReportRead           Permission = "report.read"
	ReportWrite          Permission = "report.write"
	ReportPublish        Permission = "report.publish"
	ReportDistribute     Permission = "report.distribute"
	UserManage           Permission = "user.manage"
	LogRead              Permission = "log.read"
	MailRead             Permission = "mail.read"
)

// Role is a named set of permissions.
type Role string

// The roles, from the most to the least trusted.
const (
	Admin     Role = "admin"     // everything: users, and free texts before a survey has closed
	Leader    Role = "leader"    // processledare: runs the project, launches, decides and publishes
	Editor    Role = "editor"    // writes recommendations and reports
	Secretary Role = "secretary" // records meetings, seminars and advice
	Reader    Role = "reader"    // sees aggregated results and drafts
)

// Roles lists the roles in the order in which a form offers them.
var Roles = []Role{Admin, Leader, Editor, Secretary, Reader}

// grants is the one table of who may do what.
var grants = func() map[Role][]Permission {
	reader := []Permission{SignedIn, SurveyRead, MeetingRead, SeminarRead, AnalysisRead, RecommendationRead, ReportRead}
	secretary := slices.Concat(reader, []Permission{MeetingWrite, SeminarWrite, AdviceWrite, PeopleRead, AnswersImport, AnalysisNote})
	editor := slices.Concat(reader, []Permission{RecommendationWrite, ReportWrite, MeetingWrite, CampaignRead, AnalysisNote})
	leader := slices.Concat(editor, secretary, []Permission{PeopleWrite, SurveyWrite, CampaignWrite, CampaignLaunch, CaseRead, CaseWrite, AnswersExport, AnalysisUncover,
		RecommendationDecide, ReportPublish, ReportDistribute, LogRead, MailRead})
	return map[Role][]Permission{
		Reader: reader, Secretary: secretary, Editor: editor, Leader: leader,
		Admin: slices.Concat(leader, []Permission{UserManage, AnswersEarly}),
	}
}()

// Known tells whether p is a permission at all: a route with an unknown one stops the start.
func (p Permission) Known() bool { return p == Public || slices.Contains(grants[Admin], p) }

func (r Role) valid() bool { return grants[r] != nil }

func roleMay(r Role, p Permission) bool { return slices.Contains(grants[r], p) }

func roleNames() []string {
	names := make([]string, len(Roles))
	for i, r := range Roles {
		names[i] = string(r)
	}
	return names
}

// decoyHash is checked when the address is unknown, so that the answer takes as long.
var decoyHash = sync.OnceValue(func() string { return hashPassword("no account has this password") })
