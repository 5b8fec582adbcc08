using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Tiltas.Local.Demo.Cases;

/// <summary>The country's rule by which a case profile becomes a screening and a referral: <c>cases/mapping.yaml</c>.</summary>
internal sealed class CaseMapping
{
    public int Version { get; set; }
    public Dictionary<string, string> Source { get; set; } = [];
    public string Illustrative { get; set; } = "";
    public AgeBandRule AgeBand { get; set; } = new();
    public List<string> ChildAgeBands { get; set; } = [];
    public PerPerson<SetRule> Screening { get; set; } = new();
    public List<SignRule> Means { get; set; } = [];
    public List<SignRule> Exploitation { get; set; } = [];
    public OtherwiseRule Otherwise { get; set; } = new();
    public List<ReferralRule> Referrals { get; set; } = [];
    public List<string> Ignored { get; set; } = [];

    /// <summary>Columns that hold 1 or 0 and mean something.</summary>
    internal IEnumerable<SignRule> Signs => Means.Concat(Exploitation);

    /// <exception cref="LocalException">The file is not there or says something that cannot be understood.</exception>
    internal static CaseMapping Read(string file)
    {
        CaseMapping mapping;
        try
        {
            // Strict: a key that this program does not know would be a rule silently not kept.
            mapping = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build().Deserialize<CaseMapping>(File.ReadAllText(file))
                ?? throw new LocalException($"{file} is empty.");
        }
        catch (Exception e) when (e is YamlException or IOException)
        {
            throw new LocalException($"{file}: {e.Message} {e.InnerException?.Message}".TrimEnd());
        }
        mapping.Check(file);
        return mapping;
    }

    private void Check(string file)
    {
        var columns = Signs.Select(sign => sign.Column).Append(AgeBand.Column).Concat(Ignored).ToList();
        if (columns.Any(string.IsNullOrWhiteSpace)) throw new LocalException($"{file}: a rule names no column.");
        if (columns.CountBy(column => column, StringComparer.Ordinal).FirstOrDefault(pair => pair.Value > 1).Key is { } twice)
            throw new LocalException($"{file}: the column '{twice}' has more than one rule.");
        var signs = Signs.Select(sign => sign.Column).ToHashSet(StringComparer.Ordinal);
        if (Referrals.SelectMany(rule => rule.When.Columns).FirstOrDefault(column => !signs.Contains(column)) is { } unknown)
            throw new LocalException($"{file}: a referral asks for the column '{unknown}', which has no rule.");
        if (ChildAgeBands.Except(AgeBand.Values.Values).FirstOrDefault() is { } band) throw new LocalException($"{file}: no value stands for the child age band '{band}'.");
        if (Referrals.Any(rule => rule.Needs.Count == 0)) throw new LocalException($"{file}: a referral has no need.");
        foreach (var child in (bool[])[true, false])
            if (!Referrals.Any(rule => rule.When.Child == child && rule.When.Columns.Count == 0))
                throw new LocalException($"{file}: no referral is left for {(child ? "a child" : "an adult")} with none of the columns.");
    }

    internal sealed class AgeBandRule
    {
        public string Column { get; set; } = "";
        public Dictionary<string, string> Values { get; set; } = [];
    }

    internal sealed class PerPerson<T> where T : new()
    {
        public T Child { get; set; } = new();
        public T Adult { get; set; } = new();

        internal T For(bool child) => child ? Child : Adult;
    }

    internal sealed class SetRule
    {
        public string Set { get; set; } = "";
        public int SetVersion { get; set; }
    }

    internal sealed class SignRule
    {
        public string Column { get; set; } = "";
        public List<string> Methods { get; set; } = [];
        public PerPerson<List<string>> Types { get; set; } = new();
        public PerPerson<List<string>> Indicators { get; set; } = new();
    }

    internal sealed class OtherwiseRule
    {
        public PerPerson<List<string>> Indicators { get; set; } = new();
    }

    internal sealed class ReferralRule
    {
        public Condition When { get; set; } = new();
        public List<string> Needs { get; set; } = [];
        public string Purpose { get; set; } = "";
        public string Urgency { get; set; } = "";
    }

    internal sealed class Condition
    {
        public bool Child { get; set; }
        public List<string> Columns { get; set; } = [];
    }
}
