namespace Tiltas.Local.Demo;

/// <summary>What the recipient of a referral does with it.</summary>
internal enum RecipientMove { Accept, Decline, Start, Complete }

/// <summary>What a recipient may read, and what is kept back. Only which classes: the fields stay with whoever reads them.</summary>
internal sealed record Disclosure(IReadOnlyList<string> Given, IReadOnlyList<KeptBack> Withheld);

/// <summary>A class that is kept back, by which rule, and what would change that.</summary>
internal sealed record KeptBack(string DataClass, string Rule, string Missing);

/// <summary>The system of an agency that receives referrals. Each agency chooses the way it speaks with the gateway.</summary>
internal interface IRecipient : IDisposable
{
    string Agency { get; }

    /// <summary>The way it goes, as the timeline names it.</summary>
    string Way { get; }

    /// <summary>Its feed from now on.</summary>
    Task<FeedWatch> WatchFeedAsync(CancellationToken stop);

    /// <summary>Without a disclosure when it was refused.</summary>
    Task<(Answer Answer, Disclosure? Dossier)> ReadDossierAsync(string referral, CancellationToken stop);

    Task<Answer> ReportSeenAsync(long notice, CancellationToken stop);

    /// <summary>Declines for want of capacity; completes with the service delivered.</summary>
    Task<Answer> MoveAsync(string referral, RecipientMove move, CancellationToken stop);
}
