using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Tiltas.Local.Servers;

/// <summary>
/// Which ports of the loopback interface are promised, by all processes of one user. A server binds its port long after it was chosen, and leaves it
/// free for a moment when it is started again: a look at what is free does not keep two networks apart. The system forgets a process's promises when it ends.
/// </summary>
public static class PortRegister
{
    // Below the ports that the system gives to connections going out, any of which may take one meanwhile.
    private const int Lowest = 10_000;
    private const int Highest = 32_000;
    private static readonly Dictionary<int, object> Promised = [];
    private static readonly Lock Gate = new();

    // Never closed: closing any handle on the file would end all of the process's locks on it.
    private static readonly FileStream Locks = new(
        Path.Combine(Path.GetTempPath(), $"tiltas-ports-{Environment.UserName}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private static int next = RandomNumberGenerator.GetInt32(Lowest, Highest);

    /// <summary>A port that nobody has, promised to one who keeps no list of them.</summary>
    /// <exception cref="LocalException">No port is free.</exception>
    public static int Any() => Any(new object());

    /// <summary>A port that nobody has, promised to <paramref name="owner"/> until this process ends.</summary>
    /// <exception cref="LocalException">No port is free.</exception>
    internal static int Any(object owner)
    {
        for (var tried = 0; tried < Highest - Lowest; tried++)
        {
            var port = Lowest + (int)((uint)Interlocked.Increment(ref next) % (Highest - Lowest));
            if (TryPromise(port, owner)) return port;
        }
        throw new LocalException("No port is free on the loopback interface.");
    }

    /// <summary>Promises this port unless another has it or uses it.</summary>
    internal static bool TryPromise(int port, object owner)
    {
        lock (Gate)
        {
            if (Promised.TryGetValue(port, out var before)) return before.Equals(owner) && IsFree(port);
            if (!IsFree(port) || !TryLock(port)) return false;
            Promised[port] = owner;
            return true;
        }
    }

    // One byte for each port.
    private static bool TryLock(int port)
    {
        if (!OperatingSystem.IsLinux()) return true;
        try
        {
            Locks.Lock(port, 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
